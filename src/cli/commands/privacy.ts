/**
 * `trefoil privacy`: a budget into a noise multiplier, or a noise multiplier into what it costs. Nothing runs and nothing is spent.
 * @module
 */
import { type Command, Option } from 'commander';
import { TrefoilError } from '../../errors.ts';
import type { PrivacyUnit } from '../../privacy/accounting/events.ts';
import type { Sampling } from '../../privacy/accounting/quoted-training.ts';
import {
  PRIVACY_RULES,
  type PrivacyNumber,
  type PrivacyQuestion,
  privacyCost,
  trainingOf,
} from '../../privacy/accounting/training-cost.ts';
import { printPrivacy } from '../screens/privacy-screen.ts';

interface Options {
  readonly epsilon?: string;
  readonly noiseMultiplier?: string;
  readonly delta?: string;
  readonly records?: string;
  readonly batch?: string;
  readonly epochs?: string;
  readonly sampling: Sampling;
  readonly parties: string;
  readonly person: string;
  readonly neighbours: PrivacyUnit['neighbours'];
  readonly json: boolean;
}

export function withPrivacy(command: Command): Command {
  return command
    .description('turn a privacy budget into noise, or noise into ε; nothing runs')
    .option('--epsilon <ε>', 'the budget: gives the noise multiplier')
    .option('--noise-multiplier <z>', 'in place of --epsilon: gives ε')
    .option('--delta <δ>', 'probability that the guarantee fails; below 1 / records')
    .option('--records <n>', 'training records of all owners together')
    .option('--batch <n>', 'records of a step, on average')
    .option('--epochs <n>', 'passes over the records')
    .addOption(
      new Option('--sampling <how>', 'how a step gets its records')
        .choices(['poisson', 'full', 'public'])
        .default('poisson'),
    )
    .option('--parties <n>', 'owners that share the records evenly', '3')
    .option('--person <k>', 'records that a person may have', '1')
    .addOption(
      new Option('--neighbours <relation>', 'what the guarantee compares')
        .choices(['add-or-remove', 'replace'])
        .default('add-or-remove'),
    )
    .option('--json', 'as JSON', false)
    .action((options: Options) => {
      const question = parse(options);
      const training = trainingOf(question);
      const answer = privacyCost(question);
      if (options.json) console.log(JSON.stringify({ ...training, ...answer }, null, 2));
      else printPrivacy(training, answer.noiseMultiplier);
    });
}

function parse(options: Options): PrivacyQuestion {
  const problems: string[] = [];
  const number = (name: PrivacyNumber, text: string | undefined, most = Number.POSITIVE_INFINITY) => {
    const { says, fits } = PRIVACY_RULES[name];
    const value = Number(text);
    if (text !== undefined && text.trim() !== '' && Number.isFinite(value) && fits(value) && value <= most)
      return value;
    const flag = name.replace('noiseMultiplier', 'noise-multiplier');
    problems.push(`--${flag} ${text === undefined ? 'is missing' : `is ‘${text}’`}: give ${says}`);
    return 0;
  };
  const { epsilon: budget, noiseMultiplier: noise, sampling, neighbours } = options;
  if ((budget === undefined) === (noise === undefined)) {
    problems.push(
      'give --epsilon for the noise that it needs, or --noise-multiplier for what it costs: one of the two',
    );
  }
  const epsilon = budget === undefined ? {} : { epsilon: number('epsilon', budget) };
  const noiseMultiplier = noise === undefined ? {} : { noiseMultiplier: number('noiseMultiplier', noise) };
  const delta = number('delta', options.delta);
  const records = number('records', options.records);
  const isAll = sampling === 'full' && options.batch === undefined;
  const batch = isAll ? records : number('batch', options.batch, records);
  const epochs = number('epochs', options.epochs);
  const parties = number('parties', options.parties);
  const person = number('person', options.person);
  if (problems.length > 0) {
    throw new TrefoilError('TREFOIL_USAGE', 'trefoil privacy can not account for this', { problems });
  }
  return { sampling, records, batch, epochs, parties, delta, person, neighbours, ...epsilon, ...noiseMultiplier };
}

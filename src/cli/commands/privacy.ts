/**
 * `trefoil privacy`: a budget into a noise multiplier, or a noise multiplier into what it costs. Nothing runs and nothing is spent.
 * @module
 */
import { type Command, Option } from 'commander';
import { TrefoilError } from '../../errors.ts';
import { epsilonOf, renyiEpsilonOf } from '../../privacy/accounting/accountant.ts';
import { noiseMultiplierFor } from '../../privacy/accounting/calibration.ts';
import type { PrivacyUnit } from '../../privacy/accounting/events.ts';
import { printPrivacy } from '../screens/privacy-screen.ts';
import { type PrivateTraining, releasedBy, roomOf, type Sampling } from './private-training.ts';

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
      const { training, epsilon, noiseMultiplier: given } = parse(options);
      const eventsOf = (noise: number) => releasedBy(training, noise);
      const noiseMultiplier = given ?? noiseMultiplierFor({ epsilon, delta: training.delta }, eventsOf, training.unit);
      if (options.json) console.log(JSON.stringify(privacyJson(training, noiseMultiplier), null, 2));
      else printPrivacy(training, noiseMultiplier);
    });
}

function privacyJson(training: PrivateTraining, noiseMultiplier: number) {
  const { delta, unit } = training;
  const events = releasedBy(training, noiseMultiplier);
  const epsilon = epsilonOf(events, delta, unit);
  const renyi = renyiEpsilonOf(events, delta, unit);
  return {
    ...training,
    noiseMultiplier,
    epsilon,
    accountants: { renyi, lossDistribution: epsilon },
    events,
    ...(training.sampling === 'poisson' ? { room: roomOf(training) } : {}),
  };
}

function parse(options: Options) {
  const problems: string[] = [];
  const number = (name: string, text: string | undefined, says: string, fits: (value: number) => boolean) => {
    const value = Number(text);
    if (text !== undefined && text.trim() !== '' && Number.isFinite(value) && fits(value)) return value;
    problems.push(`--${name} ${text === undefined ? 'is missing' : `is ‘${text}’`}: give ${says}`);
    return 0;
  };
  const isCount = (value: number) => Number.isSafeInteger(value) && value >= 1;
  const { epsilon: budget, noiseMultiplier: noise } = options;
  if ((budget === undefined) === (noise === undefined)) {
    problems.push(
      'give --epsilon for the noise that it needs, or --noise-multiplier for what it costs: one of the two',
    );
  }
  const epsilon =
    budget === undefined ? 0 : number('epsilon', budget, 'a number from 0.01 to 100', (e) => e >= 0.01 && e <= 100);
  const noiseMultiplier =
    noise === undefined
      ? undefined
      : number('noise-multiplier', noise, 'a number from 0.1 to 10000', (z) => z >= 0.1 && z <= 1e4);
  const delta = number('delta', options.delta, 'a number from 1e-30 to 0.1', (d) => d >= 1e-30 && d <= 0.1);
  const records = number(
    'records',
    options.records,
    'a whole number from 2 to 1e9',
    (n) => isCount(n) && n >= 2 && n <= 1e9,
  );
  const batch =
    options.sampling === 'full' && options.batch === undefined
      ? records
      : number('batch', options.batch, 'a whole number from 1 to the records', (n) => isCount(n) && n <= records);
  const epochs = number('epochs', options.epochs, 'a whole number from 1 to 100000', (n) => isCount(n) && n <= 1e5);
  const owners = number('parties', options.parties, 'a whole number from 1 to 1000', (n) => isCount(n) && n <= 1000);
  const person = number('person', options.person, 'a whole number from 1 to 100', (n) => isCount(n) && n <= 100);
  if (problems.length > 0) {
    throw new TrefoilError('TREFOIL_USAGE', 'trefoil privacy can not account for this', { problems });
  }
  const unit: PrivacyUnit = { records: person, neighbours: options.neighbours };
  const training: PrivateTraining = { sampling: options.sampling, records, batch, epochs, owners, delta, unit };
  return { training, epsilon, noiseMultiplier };
}

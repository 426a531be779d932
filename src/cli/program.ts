/**
 * The commands of `trefoil`, with their arguments and options; importing this starts nothing.
 *
 * The reference page of the commands is made from it (`tools/reference.mjs`).
 * @module
 */
import { Command, InvalidArgumentError, Option } from 'commander';
import { TrefoilError } from '../errors.ts';
import { loadJob } from '../job/file/job-file.ts';
import { planJob } from '../job/file/planned-job.ts';
import type { DescribeOptions } from '../job/node/describe-data.ts';
import type { TrustMode } from '../plan/plan.ts';
import { programVersion } from '../version.ts';
import { type AlignOptions, align } from './commands/align.ts';
import type { AuditOptions } from './commands/audit.ts';
import { type ContributeCommandOptions, contributeRecords } from './commands/contribute.ts';
import { type CheckOptions, checkOwnData, describeOwnData } from './commands/data.ts';
import { type IdentityOptions, makeIdentities } from './commands/identity.ts';
import { type LedgerCommandOptions, showLedger } from './commands/ledger.ts';
import { type PredictOptions, predict } from './commands/predict.ts';
import { withPrivacy } from './commands/privacy.ts';
import { type TrainOptions, trainLocally } from './commands/train.ts';
import { withFailures } from './failure.ts';
import { asNode, profileOption, trustOption } from './node-arguments.ts';
import { CONFIGS, jobFileAt } from './packaged.ts';
import { planJson, printPlan } from './screens/plan-screen.ts';

const EXAMPLES = `
On one machine:
  trefoil train examples/breast-cancer-logistic.yaml --local

Across machines, each organisation with its own configuration, of which parties/ has one for each of three:
  trefoil identity --config north.yaml      then exchange the .crt files
  trefoil plan job.yaml                     what the job will send and reveal
  trefoil party --config north.yaml         on every machine, in any order`;

const MOST_DAYS = 3650;

function days(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= MOST_DAYS) return value;
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${MOST_DAYS}.`);
}

function entryNumber(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new InvalidArgumentError('It must be the number of an entry.');
}

/** Refuses, or does the other thing where asked to. */
const choice = (flags: string, description: string, other: string): Option =>
  new Option(flags, description).choices(['refuse', other]).default('refuse');

export const program = withFailures(new Command('trefoil'))
  .description('trains one model for three organisations that show each other no record')
  .version(programVersion())
  .addHelpText('after', EXAMPLES);

program
  .command('train')
  .description('run a job with all its nodes on this machine')
  .argument('<job>', 'job file')
  .option('--local', 'start the nodes here, with throw-away identities')
  .addOption(trustOption())
  .option('--report <file>', 'write the report as JSON')
  .addOption(profileOption())
  .option('--configs <folder>', 'folder with the configuration of each node: NAME.yaml', CONFIGS)
  .action(async (job: string, { local, ...options }: TrainOptions & { local?: boolean }) => {
    if (local !== true) {
      throw new TrefoilError(
        'TREFOIL_USAGE',
        'train runs all nodes on this machine: say so with --local. Across machines, each organisation starts its own node with ' +
          'trefoil party --config FILE',
      );
    }
    await trainLocally(job, options);
  });

asNode(program.command('party').description('run one node of a job: a party, or the dealer'));

program
  .command('align')
  .description('find the rows that parties have in common, without showing each other whose rows they are')
  .argument('[job]', 'job file, with --local')
  .option('--config <file>', 'configuration of this node')
  .option('--local', 'rehearse it with all parties in this process')
  .option('--configs <folder>', 'with --local: folder with the configuration of each node, NAME.yaml', CONFIGS)
  .action((job: string | undefined, options: AlignOptions) => align(job, options));

program
  .command('plan')
  .description('print what a job will do, send and reveal; nothing runs')
  .argument('<job>', 'job file')
  .addOption(trustOption())
  .option('--operations', 'every operation, too', false)
  .option('--json', 'as JSON, with the whole plan', false)
  .action((file: string, { trust, operations, json }: { trust?: TrustMode; operations: boolean; json: boolean }) => {
    const planned = planJob(loadJob(jobFileAt(file), trust));
    if (json) console.log(JSON.stringify(planJson(planned), null, 2));
    else printPlan(planned, operations);
  });

program
  .command('audit')
  .description(
    'attack federated learning, Trefoil, and Trefoil with privacy on the records of a job, all on this machine',
  )
  .argument('<job>', 'job file')
  .requiredOption('--out <folder>', 'where the report goes: audit.html and audit.json')
  .option('--quick', 'fewer and shorter attacks: minutes become seconds', false)
  .option('--seed <text>', 'repeat the attacks of an earlier audit')
  .addOption(trustOption())
  .option('--configs <folder>', 'folder with the configuration of each node: NAME.yaml', CONFIGS)
  .action(async (job: string, options: AuditOptions) => {
    // Charts take long to load, and no other command draws any.
    const { audit } = await import('./commands/audit.ts');
    await audit(job, options);
  });

program
  .command('identity')
  .description('make the key and the certificate of nodes, or of contributors')
  .requiredOption('--config <files...>', 'configuration of each node or contributor')
  .option('--days <days>', 'how long the certificate is valid', days, 825)
  .option('--replace', 'in place of existing ones', false)
  .option('--sealing', 'make the key that contributors seal for, beside the identity of each node', false)
  .action((options: IdentityOptions) => makeIdentities(options));

program
  .command('contribute')
  .description('seal the records of an institution that runs no node for the nodes of a job; no peer is contacted')
  .argument('<job>', 'job file')
  .argument('<file>', 'configuration of the contributor')
  .addOption(trustOption())
  .option('--check', 'look at the records alone, and write nothing', false)
  .action((job: string, file: string, options: ContributeCommandOptions) => contributeRecords(job, file, options));

program
  .command('ledger')
  .description('verify what the records of a party have spent on privacy, and show which job would still fit')
  .requiredOption('--config <file>', 'configuration of the party')
  .option('--job <file>', 'whether this job fits')
  .option('--take-over', 'sign on with a new identity a ledger that an earlier one has signed', false)
  .option('--void <entry>', 'give back what a run took that was killed while its entry was pending', entryNumber)
  .action((options: LedgerCommandOptions) => showLedger(options));

program
  .command('predict')
  .description('apply a model to raw records: prints a CSV with an answer for each row')
  .argument('<model>', 'model file')
  .argument('<csv>', 'records, with the model’s features as columns')
  .option('--id <column>', 'a column that the output begins with')
  .option('--config <file>', 'configuration of a node that says how these records have the features')
  .option('--delimiter <sign>', 'what stands between cells: tab ; | ~ ^ : or a comma, which is the default')
  .option('--decimal <sign>', 'the decimal sign: a point or a comma; required beside another delimiter than a comma')
  .option('--thousands <sign>', "what stands between groups of three digits: . , ' or space")
  .option('--encoding <name>', 'utf-8, utf-16le, utf-16be or windows-1252')
  .addOption(
    choice('--out-of-range <how>', 'a value outside its declared range: name it and stop, or mark its row', 'mark'),
  )
  .addOption(choice('--missing <how>', 'a cell without a value: name it and stop, or leave the answer empty', 'empty'))
  .action((model: string, csv: string, options: PredictOptions) => predict(model, csv, options));

const data = withFailures(
  program.command('data').description('look at the records of a party where they lie; no peer is contacted'),
);

data
  .command('check')
  .description('whether a run would take these records, and what is in each column that the job reads')
  .requiredOption('--config <file>', 'configuration of the party')
  .option('--job <file>', 'another job than that of the configuration')
  .action((options: CheckOptions) => checkOwnData(options));

data
  .command('describe')
  .description('a draft of the data section of a job file, from a table')
  .argument('<file>', 'CSV file')
  .option('--label <column>', 'the column to predict')
  .action((file: string, options: DescribeOptions) => describeOwnData(file, options));

withPrivacy(program.command('privacy'));

#!/usr/bin/env node
/**
 * The `trefoil` command.
 * @module
 */
import { Command } from 'commander';
import { TrefoilError } from '../errors.ts';
import { loadJob, withTrust } from '../job/job-file.ts';
import type { Trust } from '../job/schema.ts';
import { jobPlan } from '../job/task.ts';
import { programVersion } from '../version.ts';
import { printFailure } from './failure.ts';
import { type IdentityOptions, makeIdentities } from './identity.ts';
import { trustOption, withNodeOptions } from './node-arguments.ts';
import { type NodeProgramOptions, nodeProgram } from './node-program.ts';
import { planJson, printPlan } from './plan-screen.ts';
import { predict } from './predict.ts';
import { type TrainOptions, trainLocally } from './train.ts';

const program = new Command('trefoil')
  .description('trains one model for three organisations that show each other no record')
  .version(programVersion());

program
  .command('train')
  .description('run a job with all its nodes on this machine')
  .argument('<job>', 'job file')
  .option('--local', 'start the nodes here, with throw-away identities')
  .addOption(trustOption())
  .option('--report <file>', 'write the report as JSON')
  .option('--configs <folder>', 'folder with the configuration of each node: NAME.yaml', 'parties')
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

withNodeOptions(program.command('party').description('run one node of a job: a party, or the dealer')).action(
  (options: NodeProgramOptions) => nodeProgram(options),
);

program
  .command('plan')
  .description('print what a job will do, send and reveal; nothing runs')
  .argument('<job>', 'job file')
  .addOption(trustOption())
  .option('--json', 'as JSON, with the whole plan')
  .action((file: string, { trust, json }: { trust?: Trust; json?: boolean }) => {
    const written = loadJob(file);
    const job = trust === undefined ? written : withTrust(written, trust);
    const plan = jobPlan(job);
    if (json === true) console.log(JSON.stringify(planJson(job, plan), null, 2));
    else printPlan(job, plan);
  });

program
  .command('identity')
  .description('make the key and the certificate of nodes')
  .requiredOption('--config <files...>', 'configuration of each node')
  .option('--days <days>', 'how long the certificate is valid', (text) => Number.parseInt(text, 10), 825)
  .option('--replace', 'in place of existing ones', false)
  .action((options: IdentityOptions) => makeIdentities(options));

program
  .command('predict')
  .description('apply a model to raw records')
  .argument('<model>', 'model file')
  .argument('<csv>', 'records, with the model’s features as columns')
  .action((model: string, csv: string) => predict(model, csv));

try {
  await program.parseAsync();
} catch (error) {
  printFailure(error);
  process.exitCode = error instanceof TrefoilError && error.code === 'TREFOIL_USAGE' ? 2 : 1;
}

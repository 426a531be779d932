/**
 * The command line of the node programs, shared with `trefoil party`.
 * @module
 */

import { Command, Option } from 'commander';
import { TRUST_NAMES } from '../trust/modes.ts';
import { run, withFailures } from './failure.ts';
import { type NodeProgramOptions, nodeProgram } from './node-program.ts';

/** Adds what a node can be told, and what it does then. */
export function asNode(command: Command): Command {
  return command
    .requiredOption('--config <file>', 'configuration of this node')
    .addOption(trustOption())
    .option('--report <file>', 'write this node’s report as JSON')
    .addOption(profileOption())
    .addOption(new Option('--rehearsal', 'for train --local: report to the process that started this one').hideHelp())
    .action((options: NodeProgramOptions) => nodeProgram(options));
}

export const trustOption = (): Option =>
  new Option('--trust <mode>', 'trust mode in place of the job’s; all nodes must be told the same').choices(
    TRUST_NAMES,
  );

export const profileOption = (): Option =>
  new Option('--profile', 'report where time, rounds and bytes go, by operation and layer').default(false);

/** The whole of a program of parties/. */
export async function runNodeProgram(name: string): Promise<void> {
  await run(asNode(withFailures(new Command(name)).description(`runs one ${name} node of a job`)));
}

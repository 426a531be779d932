/**
 * The command line of the node programs, shared with `trefoil party`.
 * @module
 */
import { Command, Option } from 'commander';
import { type NodeProgramOptions, nodeProgram } from './node-program.ts';

/** Adds what a node can be told. */
export function withNodeOptions(command: Command): Command {
  return command
    .requiredOption('--config <file>', 'configuration of this node')
    .addOption(trustOption())
    .option('--report <file>', 'write this node’s report as JSON');
}

export const trustOption = (): Option =>
  new Option('--trust <mode>', 'trust mode in place of the job’s; all nodes must be told the same').choices([
    'honest-majority',
    'dealer',
  ]);

export async function runNodeProgram(name: string): Promise<void> {
  const command = withNodeOptions(new Command(name).description(`runs one ${name} node of a job`));
  command.parse();
  await nodeProgram(command.opts<NodeProgramOptions>());
}

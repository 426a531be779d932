/**
 * How a command ends: the sentence on standard error, and a status that is not 0.
 * @module
 */
import { type Command, CommanderError } from 'commander';
import { asTrefoilError, TrefoilError } from '../errors.ts';
import { endWithOutput } from './standard-output.ts';

/** The status of a command that was not understood. */
const USAGE = 2;

export function printFailure(error: unknown): void {
  const { code, message } = asTrefoilError(error);
  console.error(`trefoil: ${message}\n[${code}]`);
}

/** For a command before its subcommands are added: wrong usage is a failure like any other. */
export function withFailures(command: Command): Command {
  return command
    .exitOverride()
    .showHelpAfterError('(--help says more)')
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'trefoil: ')) });
}

/** Reads the command line and does what it says; sets the status of the process. */
export async function run(command: Command): Promise<void> {
  endWithOutput();
  try {
    await command.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : USAGE;
    } else {
      printFailure(error);
      process.exitCode = error instanceof TrefoilError && error.code === 'TREFOIL_USAGE' ? USAGE : 1;
    }
  }
}

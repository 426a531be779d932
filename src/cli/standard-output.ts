/**
 * What becomes of a command whose output nobody takes.
 * @module
 */
import { fileErrorCode, writeProblem } from '../file-problem.ts';

const end = (error: Error): void => {
  // Whoever reads the output has seen enough: trefoil plan JOB | head
  if (fileErrorCode(error) === 'EPIPE') process.exit(0);
  sayLost(error);
  process.exit(1);
};

const sayLost = (error: Error): void =>
  console.error(`trefoil: can not print the output: ${writeProblem(error)}\n[TREFOIL_OUTPUT]`);

/** For a command that only prints: it ends. */
export function endWithOutput(): void {
  process.stdout.on('error', end);
}

/** For a command that leaves files: it goes on, and its status says that something was not printed. */
export function outliveOutput(): void {
  process.stdout.off('error', end);
  let isSaid = false;
  process.stdout.on('error', (error) => {
    if (!isSaid) sayLost(error);
    isSaid = true;
    process.exitCode = 1;
  });
}

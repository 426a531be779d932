/**
 * How a failed command ends: the sentence on standard error, and a status that is not 0.
 * @module
 */
import { TrefoilError } from '../errors.ts';

export function asTrefoilError(error: unknown): TrefoilError {
  if (error instanceof TrefoilError) return error;
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new TrefoilError('TREFOIL_INTERNAL', `an unexpected failure, please report it: ${detail}`, { cause: error });
}

export function printFailure(error: unknown): void {
  const { code, message } = asTrefoilError(error);
  console.error(`\ntrefoil: ${message}\n[${code}]`);
}

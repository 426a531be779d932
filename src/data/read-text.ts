/**
 * Reading a file that a user named, and saying why it can not be read without the operating system's words.
 * @module
 */
import { readFileSync } from 'node:fs';
import { type ErrorCode, TrefoilError } from '../errors.ts';
import { readProblem } from '../file-problem.ts';

/** The whole file; `what` is its kind: 'job file'. */
export function readText(code: ErrorCode, what: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw unreadable(code, what, path, error);
  }
}

/** The error of a file that can not be read, or not to its end. */
export function unreadable(code: ErrorCode, what: string, path: string, error: unknown): TrefoilError {
  return new TrefoilError(code, `can not read the ${what} ${path}: ${readProblem(error)}`, { cause: error });
}

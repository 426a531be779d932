/**
 * Reading a file that a user named, and saying why it can not be read without the operating system's words.
 * @module
 */
import { readFileSync } from 'node:fs';
import { type ErrorCode, TrefoilError } from '../errors.ts';
import { readProblem } from '../file-problem.ts';
import { binaryForm, utf8 } from './file-form.ts';

/** The whole file; `what` is its kind: 'job file'. */
export function readText(code: ErrorCode, what: string, path: string): string {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw unreadable(code, what, path, error);
  }
  const form = binaryForm(bytes)?.name;
  const content = form === undefined ? utf8(bytes) : undefined;
  if (content !== undefined) return content;
  throw new TrefoilError(
    code,
    `can not read the ${what} ${path}: it is ${form ?? 'not UTF-8 (perhaps Windows-1252)'}; a ${what} is text in UTF-8`,
  );
}

/** The error of a file that can not be read, or not to its end. */
export function unreadable(code: ErrorCode, what: string, path: string, error: unknown): TrefoilError {
  return new TrefoilError(code, `can not read the ${what} ${path}: ${readProblem(error)}`, { cause: error });
}

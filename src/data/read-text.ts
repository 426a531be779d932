/**
 * Reading a file that a user named, and saying why it can not be read without the operating system's words.
 * @module
 */
import { readFileSync } from 'node:fs';
import { type ErrorCode, TrefoilError } from '../errors.ts';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'this user may not read it',
};

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
  const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
  return new TrefoilError(code, `can not read the ${what} ${path}: ${REASONS[reason] ?? reason}`, { cause: error });
}

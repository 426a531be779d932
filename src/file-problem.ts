/**
 * Why the operating system refused a file or a folder, in words that say what to do about it, and never in its own codes alone.
 * @module
 */
import { statSync } from 'node:fs';
import { type ErrorCode, TrefoilError } from './errors.ts';

/** Reasons that are the same for reading and for writing, by the code of Node. */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not do that there',
  EAGAIN: 'the system is short of resources',
  EBUSY: 'another program is using it',
  EDQUOT: 'the disk quota of this user is used up',
  EEXIST: 'something of that name is there already',
  EFBIG: 'the file would be larger than its file system allows',
  EINVAL: 'its file system does not take such a name or such a request',
  EIO: 'the disk reports a fault',
  EISDIR: 'it is a folder; name a file',
  ELOOP: 'its links lead in a circle',
  EMFILE: 'this process has too many files open (ulimit -n)',
  EMLINK: 'its file system allows no further link',
  ENAMETOOLONG: 'its name is too long',
  ENFILE: 'this machine has too many files open',
  ENODEV: 'its device is not there',
  ENOENT: 'there is no such file or folder',
  ENOMEM: 'the system is out of memory',
  ENOSPC: 'no space is left on the disk',
  ENOSYS: 'its file system can not do that',
  ENOTDIR: 'a part of its path is a file and not a folder',
  ENOTEMPTY: 'the folder is not empty',
  ENOTSUP: 'its file system can not do that',
  ENXIO: 'its device is not there',
  EOPNOTSUPP: 'its file system can not do that',
  EPERM: 'this user may not do that there',
  EPIPE: 'nobody reads it any more',
  EROFS: 'its file system is read-only',
  ESTALE: 'the network file system has lost it',
  ETIMEDOUT: 'the network file system does not answer',
  ETXTBSY: 'another program is using it',
  EXDEV: 'it is on another disk',
  ERR_FS_FILE_TOO_LARGE: 'it is larger than 2 GiB',
  ERR_INVALID_ARG_VALUE: 'its name has a character that no file name can have',
  ERR_STRING_TOO_LONG: 'it is larger than 512 MiB',
};

const READING: Readonly<Record<string, string>> = {
  EACCES: 'this user may not read it',
  EISDIR: 'it is a folder',
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EPERM: 'this user may not read it',
};

const WRITING: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there',
  ENOENT: 'there is no such folder',
  EPERM: 'this user may not write there',
};

/** The system's code of the error, such as ENOSPC; nothing for an error that is no file's. */
export function fileErrorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

const inWords = (error: unknown, first: Readonly<Record<string, string>>): string => {
  const code = fileErrorCode(error);
  if (code === undefined) return 'unknown reason';
  return first[code] ?? REASONS[code] ?? code;
};

/** Why a file can not be read. */
export const readProblem = (error: unknown): string => inWords(error, READING);

/** Why a file or a folder can not be written or made. */
export const writeProblem = (error: unknown): string => inWords(error, WRITING);

/** The error of a file or folder that can not be written: 'can not write the report a/r.json: no space is left on the disk; remedy'. */
export function unwritable(code: ErrorCode, what: string, path: string, error: unknown, remedy?: string): TrefoilError {
  if (error instanceof TrefoilError) return error;
  const then = remedy === undefined ? '' : `; ${remedy}`;
  return new TrefoilError(code, `can not write the ${what} ${path}: ${writeProblem(error)}${then}`, { cause: error });
}

/** True: something is there. False: nothing is. Throws where the system does not say, as in a folder that this user may not enter. */
export function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    if (fileErrorCode(error) === 'ENOTDIR') return false;
    throw error;
  }
}

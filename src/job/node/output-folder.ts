/**
 * Folders for what a run leaves behind, known to take it before the run begins.
 * @module
 */
import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  realpathSync,
  rmSync,
  statfsSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { TrefoilError } from '../../errors.ts';
import { fileErrorCode, isThere, writeProblem } from '../../file-problem.ts';

/** How many bytes are written to see whether the folder takes what is to come. Quotas show in no other way. */
const PROBE_BYTES = 2 ** 22;
const MIB = 2 ** 20;

/**
 * Makes the folder and those above it. Throws the system's error.
 *
 * One at a time: asked to make all of them in a file system that takes none, as /proc, Node never returns.
 */
export function makeFolder(path: string, mode = 0o777): void {
  if (isThere(path)) {
    if (!statSync(path).isDirectory()) throw Object.assign(new Error('not a folder'), { code: 'ENOTDIR' });
    return;
  }
  const above = dirname(resolve(path));
  if (above !== resolve(path)) makeFolder(above);
  try {
    mkdirSync(path, mode);
  } catch (error) {
    // Another run has made it meanwhile.
    if (fileErrorCode(error) !== 'EEXIST') throw error;
  }
}

/** Why `folder` can not take `bytes` bytes of results, in words; nothing where it can. Makes the folder if need be. */
export function roomProblem(folder: string, bytes: number): string | undefined {
  try {
    makeFolder(folder);
    const { bavail, blocks, bsize, files, ffree } = statfsSync(folder);
    const free = bavail * bsize;
    // Some file systems do not count what they have.
    if (blocks > 0 && free < bytes) {
      return `${inMebibytes(bytes)} may be needed, and ${inMebibytes(free)} are free`;
    }
    if (files > 0 && ffree === 0) return 'its file system has no room for another file';
    probe(folder, bytes);
    return undefined;
  } catch (error) {
    return writeProblem(error);
  }
}

const inMebibytes = (bytes: number) => `${(bytes / MIB).toFixed(1)} MiB`;

/** Writes a file into the folder and takes it away again. */
function probe(folder: string, bytes: number): void {
  const path = join(folder, `.trefoil-${randomUUID()}.probe`);
  const file = openSync(path, 'wx', 0o600);
  try {
    const zeros = Buffer.alloc(Math.min(bytes, PROBE_BYTES));
    for (let at = 0; at < zeros.length; ) at += writeSync(file, zeros, at);
    fsyncSync(file);
  } finally {
    closeSync(file);
    rmSync(path, { force: true });
  }
}

/** Checks before a run that a file which the user names can be written, and makes its folder. Throws `TREFOIL_CONFIG`. */
export function checkWritable(path: string, bytes: number): void {
  const problem = fileRoomProblem(path, bytes);
  if (problem !== undefined) throw new TrefoilError('TREFOIL_CONFIG', `can not write ${path}: ${problem}`);
}

function fileRoomProblem(path: string, bytes: number): string | undefined {
  try {
    const known = isThere(path) ? statSync(path) : undefined;
    if (known?.isDirectory()) return 'it is a folder; name a file';
    // What a pipe or a device takes shows when it is written into.
    if (known !== undefined && !known.isFile()) return undefined;
    return roomProblem(dirname(known === undefined ? resolve(path) : realpathSync(path)), bytes);
  } catch (error) {
    return writeProblem(error);
  }
}

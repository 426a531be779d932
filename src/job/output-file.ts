/**
 * Files that a run leaves behind: whole or not at all, and known to be possible before it begins.
 * @module
 */
import { randomUUID } from 'node:crypto';
import { accessSync, constants, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { TrefoilError } from '../errors.ts';

/** Makes the folder if need be, and checks that `path` can be written. Throws `TREFOIL_CONFIG`. */
export function checkWritable(path: string): void {
  let isFolder: boolean | undefined;
  try {
    mkdirSync(dirname(path), { recursive: true });
    accessSync(dirname(path), constants.W_OK);
    isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory();
  } catch (error) {
    const message = `can not write to the folder ${dirname(path)}: choose another one, or change what this user may do there`;
    throw new TrefoilError('TREFOIL_CONFIG', message, { cause: error });
  }
  if (isFolder) throw new TrefoilError('TREFOIL_CONFIG', `can not write ${path}: it is a folder; name a file`);
}

/** Writes `content` as JSON. */
export function writeWhole(path: string, content: object, mode = 0o666): void {
  writeWholeText(path, `${JSON.stringify(content, null, 2)}\n`, mode);
}

export function writeWholeText(path: string, text: string, mode = 0o666): void {
  mkdirSync(dirname(path), { recursive: true });
  const partial = `${path}.${randomUUID()}.partial`;
  try {
    writeFileSync(partial, text, { mode, flush: true });
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}

/**
 * Files of earlier runs, which stay: a new file takes the name, the earlier one gets a name with its own time.
 * @module
 */
import { constants, copyFileSync, linkSync, lstatSync, readFileSync, statSync } from 'node:fs';
import { parse } from 'node:path';
import { fileErrorCode } from './file-problem.ts';

/** A larger file is known by the time of its last change. */
const READ_BYTES = 2 ** 28;

/** A time as it stands in names: 20261130T114500Z */
export const timeInName = (time: Date): string => time.toISOString().replace(/\.\d+/, '').replaceAll(/[-:]/g, '');

/** When a file was made: what it says itself under `created`, or else the time of its last change. */
export function timeOfFile(path: string): Date {
  const { mtime, size } = statSync(path);
  if (size > READ_BYTES) return mtime;
  try {
    const { created } = JSON.parse(readFileSync(path, 'utf8')) as { readonly created?: unknown };
    const time = new Date(typeof created === 'string' ? created : Number.NaN);
    return Number.isNaN(time.getTime()) ? mtime : time;
  } catch {
    return mtime;
  }
}

/**
 * Gives a regular file a second name beside its own, with its time: r.json becomes r.20261130T114500Z.json too. The name that it had may be taken
 * then, by a rename. Gives the new name; nothing where there is no such file.
 */
export function keepEarlier(path: string): string | undefined {
  if (lstatSync(path, { throwIfNoEntry: false })?.isFile() !== true) return undefined;
  const { dir, name, ext } = parse(path);
  const time = timeInName(timeOfFile(path));
  for (let n = 1; ; n++) {
    const kept = `${dir === '' ? '' : `${dir}/`}${name}.${time}${n === 1 ? '' : `-${n}`}${ext}`;
    if (isNamed(path, kept)) return kept;
  }
}

/** Gives the file a second name, where its file system has such, or else copies it. False: the name is taken. */
export function isNamed(file: string, name: string): boolean {
  try {
    linkSync(file, name);
    return true;
  } catch (error) {
    if (fileErrorCode(error) === 'EEXIST') return false;
  }
  try {
    copyFileSync(file, name, constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if (fileErrorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

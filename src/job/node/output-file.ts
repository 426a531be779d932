/**
 * Files that a run leaves behind: whole or not at all, readable by their owner alone, and never in place of an earlier one.
 * @module
 */
import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, openSync, realpathSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { keepEarlier } from '../../earlier-file.ts';
import { isThere, unwritable } from '../../file-problem.ts';
import { jsonPieces } from '../model/json-pieces.ts';

/** Nobody but who runs the program can read what it writes: records may be shown in it, and rows named. */
const OWNER_ONLY = 0o600;

/** Characters that are handed to the system at a time. */
const PIECE = 2 ** 20;

/** `content` as the text of a file. */
export function* jsonFile(content: object): Generator<string> {
  yield* jsonPieces(content);
  yield '\n';
}

/**
 * Writes `what`, such as 'report', in a folder that exists. A regular file that has the name stays under another, with its own time, which is given
 * back. What is no regular file, such as a pipe, is written into. Throws `TREFOIL_OUTPUT`.
 */
export function writeKeeping(what: string, path: string, text: Iterable<string>): string | undefined {
  try {
    const place = isThere(path) ? realpathSync(path) : path;
    if (isThere(place) && !statSync(place).isFile()) {
      writeInto(place, text, 'w');
      return undefined;
    }
    return replace(place, text, keepEarlier);
  } catch (error) {
    throw unwritable('TREFOIL_OUTPUT', what, path, error);
  }
}

/** Writes a file of the program's own, in place of the one that has the name. Throws the system's error. */
export function writeReplacing(path: string, content: object): void {
  replace(path, jsonFile(content), () => undefined);
}

function replace<T>(path: string, text: Iterable<string>, beforeIt: (path: string) => T): T {
  const partial = `${path}.${randomUUID()}.partial`;
  try {
    writeInto(partial, text, 'wx');
    const result = beforeIt(path);
    renameSync(partial, path);
    return result;
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}

/** The whole text is on the disk when this returns. */
function writeInto(path: string, text: Iterable<string>, flags: 'w' | 'wx'): void {
  const file = openSync(path, flags, OWNER_ONLY);
  try {
    let piece = '';
    for (const part of text) {
      piece += part;
      if (piece.length < PIECE) continue;
      writeAll(file, piece);
      piece = '';
    }
    writeAll(file, piece);
    if (flags === 'wx') fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** The system may take less than it is given. */
function writeAll(file: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}

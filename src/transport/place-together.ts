/**
 * Files that are of use together alone, as a key and its certificate: all take their names, or none does.
 * @module
 */
import { randomUUID } from 'node:crypto';
import { existsSync, realpathSync } from 'node:fs';
import { chmod, rename, rm, writeFile } from 'node:fs/promises';
import { keepEarlier } from '../earlier-file.ts';
import type { ErrorCode } from '../errors.ts';
import { unwritable } from '../file-problem.ts';

export interface PlacedFile {
  readonly path: string;
  readonly text: string;
  readonly mode: number;
}

/**
 * Writes the files. Earlier ones stay under names with their own time, which are given back. Throws `code` where one can not be written: the earlier
 * ones have their own names then, or the error says which others.
 */
export async function placeTogether(code: ErrorCode, files: readonly PlacedFile[]): Promise<string[]> {
  const placings = files.map((file) => new Placing(file));
  // What takes room comes first, and the renames, which take none, last.
  for (const step of ['write', 'keep', 'place'] as const) {
    for (const placing of placings) {
      try {
        await placing[step]();
      } catch (error) {
        throw unwritable(code, 'file', placing.path, error, await undone(placings));
      }
    }
  }
  return placings.flatMap(({ earlier }) => earlier ?? []);
}

/** Undoes what was done, and says where the earlier files are; nothing where there are none. */
async function undone(placings: readonly Placing[]): Promise<string | undefined> {
  const places: string[] = [];
  for (const placing of placings) {
    try {
      await placing.undo();
      if (existsSync(placing.path)) places.push(placing.path);
    } catch {
      places.push(`${placing.earlier ?? 'none'} in place of ${placing.path}`);
    }
  }
  return places.length === 0 ? undefined : `the earlier ones are ${places.join(' and ')}`;
}

class Placing {
  readonly path: string;
  /** The name that keeps the file which had the path. */
  earlier: string | undefined;
  readonly #file: PlacedFile;
  /** The file itself, where the path is a link. */
  #target: string;
  #partial = '';
  #isPlaced = false;

  constructor(file: PlacedFile) {
    this.path = file.path;
    this.#file = file;
    this.#target = file.path;
  }

  async write(): Promise<void> {
    if (existsSync(this.path)) this.#target = realpathSync(this.path);
    this.#partial = `${this.#target}.${randomUUID()}.partial`;
    await writeFile(this.#partial, this.#file.text, { mode: this.#file.mode, flag: 'wx', flush: true });
  }

  async keep(): Promise<void> {
    this.earlier = keepEarlier(this.#target);
    if (this.earlier !== undefined) await chmod(this.earlier, this.#file.mode);
  }

  async place(): Promise<void> {
    await rename(this.#partial, this.#target);
    this.#isPlaced = true;
  }

  async undo(): Promise<void> {
    if (this.#partial !== '') await rm(this.#partial, { force: true });
    if (!this.#isPlaced) {
      if (this.earlier !== undefined) await rm(this.earlier);
    } else if (this.earlier !== undefined) await rename(this.earlier, this.#target);
    else await rm(this.#target);
  }
}

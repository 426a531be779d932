/**
 * The folder of one run: JOB-TIME-RUN, such as breast-cancer-20261130T114500Z-1f2e3d4c, in the folder for output. No two runs share one.
 * @module
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { timeInName } from '../../earlier-file.ts';
import { fileErrorCode } from '../../file-problem.ts';
import { makeFolder } from './output-folder.ts';

export const MODEL = 'model.json';
export const REPORT = 'report.json';

/** Hexadecimal digits of a run's public seed in the name of its folder. */
const RUN_DIGITS = 8;

/** A run as the name of its folder has it. */
export interface RunName {
  readonly job: string;
  readonly started: Date;
  /** The public seed in hexadecimal digits; a run that failed before it had one has a random name. */
  readonly publicSeed?: string;
}

/** Its name, without the number that tells folders of one name apart. */
export function runName({ job, started, publicSeed }: RunName): string {
  const run = publicSeed ?? randomBytes(RUN_DIGITS / 2).toString('hex');
  return `${job}-${timeInName(started)}-${run.slice(0, RUN_DIGITS)}`;
}

/** Makes a folder of this name, or with a number after it, and gives its name. Throws the system's error. */
export function makeRunFolder(place: string, name: string): string {
  makeFolder(place);
  for (let n = 1; ; n++) {
    const numbered = n === 1 ? name : `${name}-${n}`;
    try {
      mkdirSync(join(place, numbered), 0o700);
      return numbered;
    } catch (error) {
      if (fileErrorCode(error) !== 'EEXIST') throw error;
    }
  }
}

/** Takes a run's folder away again, if nothing is in it. */
export function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // It is of use, or it can stay.
  }
}

/** Job and time of a folder's name; nothing for a name of another form. */
export function parseRunName(name: string): { readonly job: string; readonly time: string } | undefined {
  const [, job, time] = /^([a-z][a-z0-9-]*)-(\d{8}T\d{6}Z)-[0-9a-f]{8}(?:-\d+)?$/.exec(name) ?? [];
  return job === undefined || time === undefined ? undefined : { job, time };
}

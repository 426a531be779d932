/**
 * The names of the newest good run in a folder for output: JOB.model.json is a link to its model, and `latest` one to its folder.
 *
 * Where the file system has no links, JOB.model.json is a copy and `latest` a file with the folder's name. A model that an earlier version of this
 * program left under JOB.model.json gets a folder of its own.
 * @module
 */
import { createHash, randomUUID } from 'node:crypto';
import {
  copyFileSync,
  lstatSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { isNamed, keepEarlier, timeInName, timeOfFile } from '../../earlier-file.ts';
import { writeProblem } from '../../file-problem.ts';
import { MODEL, makeRunFolder } from './run-folder.ts';

export const LATEST = 'latest';

export const modelLink = (place: string, job: string): string => join(place, `${job}.model.json`);

/** Names the run in `folder` the newest of its job. Gives what could not be done, in words. */
export function nameNewest(place: string, job: string, folder: string, hasModel: boolean): string[] {
  const failures: string[] = [];
  const attempt = (path: string, action: () => void) => {
    try {
      action();
    } catch (error) {
      failures.push(`${path} does not name the run ${folder}: ${writeProblem(error)}`);
    }
  };
  const link = modelLink(place, job);
  const model = join(folder, MODEL);
  if (hasModel) attempt(link, () => nameModel(place, job, link, model));
  const latest = join(place, LATEST);
  attempt(latest, () => nameFolder(place, latest, folder));
  return failures;
}

function nameModel(place: string, job: string, link: string, model: string): void {
  const earlier = lstatSync(link, { throwIfNoEntry: false });
  if (earlier?.isFile() && !isCopy(place, job, link)) keepModel(place, job, link);
  putLink(link, model, (copy) => copyFileSync(join(place, model), copy));
}

function nameFolder(place: string, latest: string, folder: string): void {
  const earlier = lstatSync(latest, { throwIfNoEntry: false });
  const isPointer = () => readdirSync(place).includes(readFileSync(latest, 'utf8').trim());
  if (earlier?.isFile() && !isPointer()) keepEarlier(latest);
  putLink(latest, folder, (pointer) => writeFileSync(pointer, `${folder}\n`));
}

/** The name changes from what it was to the new link at once. `instead` makes what stands there where links can not be made. */
function putLink(path: string, target: string, instead: (path: string) => void): void {
  const made = `${path}.${randomUUID()}.partial`;
  try {
    try {
      symlinkSync(target, made);
    } catch {
      instead(made);
    }
    renameSync(made, path);
  } catch (error) {
    rmSync(made, { force: true });
    throw error;
  }
}

/** True: the file is a copy of a model that a run's folder has. */
function isCopy(place: string, job: string, file: string): boolean {
  const { size } = statSync(file);
  return readdirSync(place)
    .filter((name) => name.startsWith(`${job}-`))
    .map((name) => join(place, name, MODEL))
    .some((model) => {
      const other = statSync(model, { throwIfNoEntry: false });
      return other?.size === size && readFileSync(model).equals(readFileSync(file));
    });
}

/** Gives the model of an earlier version a folder of its own, with the time at which it was made. */
function keepModel(place: string, job: string, file: string): void {
  const { size, mtimeMs } = statSync(file);
  const run = createHash('sha256').update(`${size} ${mtimeMs}`).digest('hex').slice(0, 8);
  const folder = makeRunFolder(place, `${job}-${timeInName(timeOfFile(file))}-${run}`);
  isNamed(file, join(place, folder, MODEL));
}

/**
 * Keeps what a run leaves at a node: model and report, in a folder of the run, at the first declared place that takes them.
 * @module
 */
import { join } from 'node:path';
import { TrefoilError } from '../../errors.ts';
import { unwritable } from '../../file-problem.ts';
import type { Model } from '../model/model-file.ts';
import { modelLink, nameNewest } from './newest.ts';
import { jsonFile, writeKeeping } from './output-file.ts';
import { roomProblem } from './output-folder.ts';
import { MODEL, makeRunFolder, REPORT, type RunName, removeIfEmpty, runName } from './run-folder.ts';

/** Something that no place took: its owner prints it, so that it is not lost. */
export interface Unsaved {
  readonly what: 'model' | 'report' | 'list';
  readonly content: object;
}

export interface KeptRun {
  readonly modelFile?: string;
  readonly reportFile?: string;
  /** The link that names the model from now on. */
  readonly modelLink?: string;
  /** What could not be written where, and why. */
  readonly warnings: readonly string[];
  readonly unsaved: readonly Unsaved[];
}

export interface RunResult<Report> {
  readonly model?: Model;
  /** The report that names the file of the model, and has the warnings so far. */
  readonly report: (modelFile: string | undefined, warnings: readonly string[]) => Report;
  /** True: links name the run as the newest. False: it failed or was withheld, and links stay as they are. */
  readonly isGood: (report: Report) => boolean;
}

/** Writes all of it, and never throws: what could not be written is in the answer. */
export function keepRun<Report extends object>(
  places: readonly string[],
  name: RunName,
  { model, report: reportOf, isGood }: RunResult<Report>,
): { readonly kept: KeptRun; readonly report: Report } {
  const folders = new RunFolders(places, runName(name));
  const modelFile = model === undefined ? undefined : folders.write('model', MODEL, model);
  const report = reportOf(modelFile?.path, folders.warnings);
  const reportFile = folders.write('report', REPORT, report);
  const { warnings, unsaved } = folders;
  const newest = model === undefined ? reportFile : modelFile;
  if (isGood(report) && newest !== undefined) {
    warnings.push(...nameNewest(newest.place, name.job, newest.folder, model !== undefined));
  }
  const kept: KeptRun = {
    ...(modelFile === undefined ? {} : { modelFile: modelFile.path, modelLink: modelLink(modelFile.place, name.job) }),
    ...(reportFile === undefined ? {} : { reportFile: reportFile.path }),
    warnings,
    unsaved,
  };
  return { kept, report };
}

interface Written {
  readonly place: string;
  readonly folder: string;
  readonly path: string;
}

/** A folder of one run at each place that takes one. */
class RunFolders {
  readonly warnings: string[] = [];
  readonly unsaved: Unsaved[] = [];
  readonly #places: readonly string[];
  readonly #name: string;
  readonly #folders = new Map<string, string>();

  constructor(places: readonly string[], name: string) {
    this.#places = places;
    this.#name = name;
  }

  write(what: Unsaved['what'], file: string, content: object): Written | undefined {
    for (const place of this.#places) {
      try {
        const folder = this.#folderAt(place);
        const path = join(place, folder, file);
        writeKeeping(what, path, jsonFile(content));
        return { place, folder, path };
      } catch (error) {
        this.warnings.push(unwritable('TREFOIL_OUTPUT', what, join(place, this.#name, file), error).message);
        const folder = this.#folders.get(place);
        if (folder !== undefined) removeIfEmpty(join(place, folder));
        this.#folders.delete(place);
      }
    }
    this.unsaved.push({ what, content });
    return undefined;
  }

  #folderAt(place: string): string {
    const known = this.#folders.get(place);
    if (known !== undefined) return known;
    const folder = makeRunFolder(place, this.#name);
    this.#folders.set(place, folder);
    return folder;
  }
}

/** Checks before a run that a place takes `bytes` bytes. Gives a warning for each that does not, and throws `TREFOIL_CONFIG` where none does. */
export function checkPlaces(places: readonly string[], job: string, bytes: number): string[] {
  const name = runName({ job, started: new Date() });
  const problems = places.flatMap((place) => {
    // A name that is too long for the place shows in no other way.
    const folder = join(place, name);
    const problem = roomProblem(folder, bytes);
    removeIfEmpty(folder);
    return problem === undefined ? [] : [`can not write to the folder ${place}: ${problem}`];
  });
  if (problems.length < places.length) return problems;
  throw new TrefoilError(
    'TREFOIL_CONFIG',
    `nothing of the job '${job}' could be kept; name another folder with output, or make room:`,
    { problems },
  );
}

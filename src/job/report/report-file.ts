/**
 * The file that the user names for a report, looked at before a run.
 * @module
 */
import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { TrefoilError } from '../../errors.ts';
import { LATEST, modelLink } from '../node/newest.ts';
import { checkWritable } from '../node/output-folder.ts';
import { REPORT_BYTES } from '../node/result-size.ts';
import { parseRunName } from '../node/run-folder.ts';

/** How the link to the newest model of any job ends. */
const LINK_END = modelLink('', '');

/**
 * Checks that the file can be written and is none of those that runs keep in `places`, the folders for output. Throws `TREFOIL_USAGE` and
 * `TREFOIL_CONFIG`.
 */
export function checkReportFile(file: string, places: readonly string[]): void {
  if (file === '')
    throw new TrefoilError('TREFOIL_USAGE', '--report names no file: give it a path, such as report.json');
  const place = places.find((each) => [named(file), real(file)].some((path) => isOwn(relative(real(each), path))));
  if (place !== undefined) {
    throw new TrefoilError(
      'TREFOIL_USAGE',
      `--report ${file} is a name that runs use themselves in ${place}, the folder for output: give the report another name, or leave --report out, since every run keeps its report there`,
    );
  }
  checkWritable(file, REPORT_BYTES);
}

/** `path`: below a folder for output. */
function isOwn(path: string): boolean {
  const [first, ...more] = path.split(sep);
  return first === LATEST || parseRunName(first) !== undefined || (more.length === 0 && first.endsWith(LINK_END));
}

/** The name itself, in the folder that it is in. */
const named = (path: string): string => join(real(dirname(resolve(path))), basename(path));

/** What a path leads to, over links. */
function real(path: string): string {
  const whole = resolve(path);
  if (existsSync(whole)) return realpathSync(whole);
  return dirname(whole) === whole ? whole : join(real(dirname(whole)), basename(whole));
}

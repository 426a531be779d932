/**
 * The folder of a ledger: one file an entry, 000001.json, 000002.json, …, which concatenated are the ledger as lines of JSON.
 *
 * An entry is written and flushed under another name, then linked under its number, which the file system does whole or not at all, and only if nobody
 * else has. So no entry is ever half written, two runs at once can not both take one number, and there is no lock that a killed process
 * could leave behind: whoever comes second reads again. What a killed process does leave is a draft, which was never spent.
 * @module
 */
import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readText, unreadable } from '../../data/read-text.ts';
import { TrefoilError } from '../../errors.ts';
import { fileErrorCode, isThere, writeProblem } from '../../file-problem.ts';
import { type Chain, digestOf, verifyChain } from '../../privacy/ledger/ledger.ts';
import { writeReplacing } from './output-file.ts';
import { makeFolder, roomProblem } from './output-folder.ts';

const ENTRY = /^\d{6,}\.json$/;
/** Of the entries of one run, the most that they take with the head. */
const RUN_BYTES = 2 ** 16;
/** Number and digest of the newest entry, so that its loss is noticed. */
const HEAD = 'head.json';

const nameOf = (number: number) => `${String(number).padStart(6, '0')}.json`;

/** The verified entries of the folder; none where there is no folder yet. Throws `TREFOIL_LEDGER`, naming the file that is wrong. */
export function readLedger(folder: string): Chain {
  const label = (number: number) => join(folder, nameOf(number));
  if (!isKept(folder)) return verifyChain([], label);
  // Before the entries, since another run may be adding one.
  const head = readHead(folder);
  const numbers = entryFiles(folder)
    .map((name) => Number.parseInt(name, 10))
    .sort((a, b) => a - b);
  numbers.forEach((number, i) => {
    if (number !== i + 1) throw missing(label(i + 1));
  });
  const lines = numbers.map((number) => readText('TREFOIL_LEDGER', 'ledger entry', label(number)));
  const chain = verifyChain(lines, label);
  if (head.number > lines.length) throw missing(label(lines.length + 1));
  if (head.number > 0 && digestOf(lines[head.number - 1]) !== head.digest) {
    throw new TrefoilError('TREFOIL_LEDGER', `${label(head.number)} is not the entry that was written; ${REMEDY}`);
  }
  return chain;
}

function entryFiles(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => ENTRY.test(name));
  } catch (error) {
    if (fileErrorCode(error) !== 'ENOTDIR') throw unreadable('TREFOIL_LEDGER', 'ledger', folder, error);
    const message = `can not read the ledger ${folder}: it is a file, and a ledger is a folder; name one with privacy.ledger`;
    throw new TrefoilError('TREFOIL_LEDGER', message, { cause: error });
  }
}

const REMEDY = 'restore the ledger from a backup';
const missing = (file: string) => new TrefoilError('TREFOIL_LEDGER', `${file} is missing; ${REMEDY}`);

interface Head {
  readonly number: number;
  readonly digest: string;
}

function readHead(folder: string): Head {
  const file = join(folder, HEAD);
  // A process can be killed between its first entry and this file.
  if (!isKept(file)) return { number: 0, digest: '' };
  try {
    const { number, digest } = JSON.parse(readFileSync(file, 'utf8')) as Head;
    if (Number.isInteger(number) && typeof digest === 'string') return { number, digest };
  } catch {
    // The same as a content of another form.
  }
  throw new TrefoilError('TREFOIL_LEDGER', `${file} is damaged; ${REMEDY}`);
}

/**
 * Writes entry `number`, so that it survives the loss of power from the moment this returns. False where somebody else has written it.
 * Throws `TREFOIL_LEDGER` when it can not be written.
 */
export function appendLine(folder: string, number: number, line: string): boolean {
  const draft = join(folder, `.draft-${randomUUID()}`);
  try {
    if (!isThere(folder)) {
      makeFolder(folder, 0o700);
      flushFolder(dirname(folder));
    }
    writeDraft(draft, line);
    if (!isLinked(draft, join(folder, nameOf(number)))) return false;
    flushFolder(folder);
    writeReplacing(join(folder, HEAD), { number, digest: digestOf(line) });
    return true;
  } catch (error) {
    const message = `can not write to the ledger ${folder}: ${writeProblem(error)}; ${ELSEWHERE}`;
    throw new TrefoilError('TREFOIL_LEDGER', message, { cause: error });
  }
}

const ELSEWHERE = 'choose a folder on a local disk with privacy.ledger';

/** Before a run: whether the folder, or the one that it will be in, takes the entries of a run. Throws `TREFOIL_LEDGER`. */
export function checkRoom(folder: string): void {
  let place = folder;
  while (!isKept(place) && dirname(place) !== place) place = dirname(place);
  const problem = roomProblem(place, RUN_BYTES);
  if (problem === undefined) return;
  throw new TrefoilError('TREFOIL_LEDGER', `can not write to the ledger ${folder}: ${problem}; ${ELSEWHERE}`);
}

/** The whole draft, or none. */
function writeDraft(path: string, line: string): void {
  try {
    writeFileSync(path, line, { flag: 'wx', mode: 0o600, flush: true });
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  }
}

/** Nothing of a ledger may be taken for missing because it can not be looked at. */
function isKept(path: string): boolean {
  try {
    return isThere(path);
  } catch (error) {
    throw unreadable('TREFOIL_LEDGER', 'ledger', path, error);
  }
}

/** Gives the file its name, in place of the one it had. False where the name is taken. */
function isLinked(file: string, name: string): boolean {
  try {
    linkSync(file, name);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(file);
  }
}

/** A new name is safe once its folder is; Windows has no such call, and needs none. */
function flushFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

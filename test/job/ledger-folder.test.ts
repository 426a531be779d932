import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { TrefoilError } from '../../src/errors.ts';
import { appendLine, readLedger } from '../../src/job/node/ledger-folder.ts';
import { type Entry, lineAfter } from '../../src/privacy/ledger/ledger.ts';
import { createIdentity } from '../../src/transport/create-identity.ts';
import type { Identity } from '../../src/transport/identity.ts';
import { asks, rowsOf, steps } from '../privacy/spendings.ts';

let identity: Identity;
beforeAll(async () => {
  identity = await createIdentity({ name: 'north' });
});

function folderOf(): string {
  const parent = mkdtempSync(join(tmpdir(), 'ledger-'));
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
  return join(parent, 'north.ledger');
}

const nextLine = (folder: string, run = 'ab'): string => {
  const spending = { run, ...asks([rowsOf('a')], [steps(3)]) };
  return lineAfter(readLedger(folder), { time: new Date(), party: 'north', spending }, identity);
};

function filled(entries: number): string {
  const folder = folderOf();
  for (let number = 1; number <= entries; number++) appendLine(folder, number, nextLine(folder));
  return folder;
}

function refusal(folder: string): string {
  try {
    readLedger(folder);
  } catch (error) {
    if (error instanceof TrefoilError && error.code === 'TREFOIL_LEDGER') return error.message;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('a ledger’s folder', () => {
  it('is no file', () => {
    const folder = folderOf();
    writeFileSync(folder, '');
    expect(refusal(folder)).toMatch(
      /north\.ledger: it is a file, and a ledger is a folder; name one with privacy\.ledger$/,
    );
  });

  it('has nothing before the first entry, then one file each, which only its owner may read', () => {
    const folder = folderOf();
    expect(readLedger(folder).entries).toEqual([]);
    expect(existsSync(folder)).toBe(false);
    for (const run of ['01', '02']) expect(appendLine(folder, Number(run), nextLine(folder, run))).toBe(true);
    const runOf = ({ spending }: Entry) => spending?.run;
    expect(readLedger(folder).entries.map(runOf)).toEqual(['01', '02']);
    expect(readdirSync(folder).sort()).toEqual(['000001.json', '000002.json', 'head.json']);
    expect(statSync(join(folder, '000002.json')).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it('gives a number to one run alone', () => {
    const folder = filled(1);
    const [mine, theirs] = [nextLine(folder, 'mine'), nextLine(folder, 'theirs')];
    expect(appendLine(folder, 2, theirs)).toBe(true);
    expect(appendLine(folder, 2, mine)).toBe(false);
    expect(readLedger(folder).entries[1].spending?.run).toBe('theirs');
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('does not count the draft of a killed process, and leaves it', () => {
    const folder = filled(2);
    writeFileSync(join(folder, '.draft-1'), nextLine(folder).slice(0, 100));
    expect(readLedger(folder).entries).toHaveLength(2);
    appendLine(folder, 3, nextLine(folder));
    expect(readLedger(folder).entries).toHaveLength(3);
    expect(existsSync(join(folder, '.draft-1'))).toBe(true);
  });

  it('reads on where a process was killed before it noted its newest entry', () => {
    const folder = filled(2);
    const head = join(folder, 'head.json');
    copyFileSync(head, join(folder, 'old'));
    appendLine(folder, 3, nextLine(folder));
    copyFileSync(join(folder, 'old'), head);
    expect(readLedger(folder).entries).toHaveLength(3);
    rmSync(head);
    expect(readLedger(folder).entries).toHaveLength(3);
  });

  it.each([
    ['1', '000001.json is missing'],
    ['2', '000002.json is missing'],
    ['3', '000003.json is missing'],
  ])('notices that entry %s of three is gone', (number, problem) => {
    const folder = filled(3);
    rmSync(join(folder, `00000${number}.json`));
    expect(refusal(folder)).toContain(problem);
  });

  it('notices that all entries are gone', () => {
    const folder = filled(2);
    for (const name of ['000001.json', '000002.json']) rmSync(join(folder, name));
    expect(refusal(folder)).toContain('000001.json is missing; restore the ledger from a backup');
  });

  it('notices a newest entry that was replaced by another that is signed', () => {
    const folder = filled(1);
    const cheaper = nextLine(folder, 'cheaper');
    appendLine(folder, 2, nextLine(folder));
    writeFileSync(join(folder, '000002.json'), cheaper);
    expect(refusal(folder)).toContain('000002.json is not the entry that was written');
  });

  it('names the file that was altered, cut off, or is no entry', () => {
    const folder = filled(3);
    const file = join(folder, '000002.json');
    const whole = readFileSync(file, 'utf8');
    writeFileSync(file, whole.replace('"count":3', '"count":1'));
    expect(refusal(folder)).toContain('000002.json was altered: its signature does not fit');
    writeFileSync(file, whole.slice(0, 200));
    expect(refusal(folder)).toContain('000002.json is not an entry of a ledger');
  });

  it('says so where it can not be read or written', () => {
    const folder = folderOf();
    const line = nextLine(folder);
    writeFileSync(folder, '');
    expect(refusal(folder)).toContain('can not read the ledger');
    expect(() => appendLine(folder, 1, line)).toThrow('can not write to the ledger');
  });

  it('notices a damaged head', () => {
    const folder = filled(1);
    writeFileSync(join(folder, 'head.json'), '{}');
    expect(refusal(folder)).toContain('head.json is damaged');
  });
});

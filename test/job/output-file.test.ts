/** Files that a user names: what had the name stays, and what can not be written is said in words. */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { jsonFile, writeKeeping } from '../../src/job/node/output-file.ts';
import { checkWritable } from '../../src/job/node/output-folder.ts';

function folderOf(): string {
  const folder = mkdtempSync(join(tmpdir(), 'output-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const write = (path: string, content: object) => writeKeeping('report', path, jsonFile(content));

describe('writeKeeping', () => {
  it('keeps the earlier file under its own time, and any number of them', () => {
    const folder = folderOf();
    const path = join(folder, 'r.json');
    const created = '2026-11-30T11:45:00.000Z';
    expect(write(path, { created, n: 1 })).toBeUndefined();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(write(path, { created, n: 2 })).toBe(join(folder, 'r.20261130T114500Z.json'));
    expect(write(path, { created, n: 3 })).toBe(join(folder, 'r.20261130T114500Z-2.json'));
    const numbers = ['r.20261130T114500Z.json', 'r.20261130T114500Z-2.json', 'r.json'].map(
      (name) => (JSON.parse(readFileSync(join(folder, name), 'utf8')) as { n: number }).n,
    );
    expect(numbers).toEqual([1, 2, 3]);
    expect(readdirSync(folder)).toHaveLength(3);
  });

  it('follows a link, and leaves it a link', () => {
    const folder = folderOf();
    mkdirSync(join(folder, 'elsewhere'));
    writeFileSync(join(folder, 'elsewhere', 'r.json'), '{}');
    symlinkSync('elsewhere/r.json', join(folder, 'r.json'));
    write(join(folder, 'r.json'), { n: 1 });
    expect(readFileSync(join(folder, 'elsewhere', 'r.json'), 'utf8')).toContain('"n": 1');
    expect(readdirSync(join(folder, 'elsewhere'))).toHaveLength(2);
  });

  it.runIf(process.platform === 'linux')('says that a disk is full, and leaves a device where it is', () => {
    const folder = folderOf();
    symlinkSync('/dev/full', join(folder, 'r.json'));
    expect(() => write(join(folder, 'r.json'), { n: 1 })).toThrow(
      `can not write the report ${join(folder, 'r.json')}: no space is left on the disk`,
    );
    expect(statSync('/dev/full').isCharacterDevice()).toBe(true);
  });

  it.each([
    ['there is no such folder', (folder: string) => join(folder, 'none', 'r.json')],
    ['its name is too long', (folder: string) => join(folder, 'r'.repeat(300))],
    ['a part of its path is a file', (folder: string) => join(folder, 'file', 'r.json')],
    ['its links lead in a circle', (folder: string) => join(folder, 'circle')],
    ['no file name can have', (folder: string) => join(folder, 'a\0b')],
  ])('says that %s', (problem, pathIn) => {
    const folder = folderOf();
    writeFileSync(join(folder, 'file'), '');
    symlinkSync('circle', join(folder, 'circle'));
    expect(() => write(pathIn(folder), {})).toThrow(problem);
    expect(readdirSync(folder).sort()).toEqual(['circle', 'file']);
  });
});

describe('checkWritable', () => {
  it('makes the folders of a file, and says why they can not be made', () => {
    const folder = folderOf();
    checkWritable(join(folder, 'a', 'b', 'r.json'), 1000);
    expect(readdirSync(join(folder, 'a', 'b'))).toEqual([]);
    expect(() => checkWritable(join(folder, 'a'), 1000)).toThrow(
      `can not write ${join(folder, 'a')}: it is a folder; name a file`,
    );
    expect(() => checkWritable('/proc/x/y/r.json', 1000)).toThrow(/can not write \/proc.*: there is no/);
  });
});

describe('jsonFile', () => {
  it('reads back as what JSON.stringify makes of it', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (content) => {
        expect(JSON.parse([...jsonFile(content)].join(''))).toEqual(JSON.parse(JSON.stringify(content)));
      }),
      { numRuns: 300 },
    );
    const long = {
      numbers: Array.from({ length: 10_000 }, (_, i) => i / 3),
      nothing: [],
      none: undefined,
      at: new Date(0),
    };
    expect(JSON.parse([...jsonFile(long)].join(''))).toEqual(JSON.parse(JSON.stringify(long)));
  });
});

/** What a run leaves: a folder of its own, links to the newest good one, and nothing of an earlier run gone, whatever the disk does. */
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readModel } from '../../src/job/model/model-file.ts';
import { checkPlaces, keepRun } from '../../src/job/node/keep-run.ts';
import { digits, logistic } from './models.ts';
import { canMount, makeReadOnly, smallDisk } from './small-disk.ts';

const JOB = 'breast-cancer';
const AT = new Date('2026-11-30T11:45:00.123Z');
const SEED = '1f2e3d4c5b6a7988';
const FOLDER = 'breast-cancer-20261130T114500Z-1f2e3d4c';
const LINK = `${JOB}.model.json`;

function placeOf(): string {
  const folder = mkdtempSync(join(tmpdir(), 'kept-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'out');
}

const good = (places: readonly string[], publicSeed = SEED, model = logistic) =>
  keepRun(
    places,
    { job: JOB, started: AT, publicSeed },
    { model, report: (modelFile) => ({ modelFile, publicSeed }), isGood: () => true },
  ).kept;
const failed = (places: readonly string[], started = AT) =>
  keepRun(places, { job: JOB, started }, { report: () => ({ outcome: 'failed' }), isGood: () => false }).kept;

const namesIn = (folder: string) => readdirSync(folder).sort();
const json = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as unknown;

describe('a run', () => {
  it('has a folder of its own, which only its owner reads, and is linked as the newest', () => {
    const place = placeOf();
    const kept = good([place]);
    expect(kept).toEqual({
      modelFile: join(place, FOLDER, 'model.json'),
      modelLink: join(place, LINK),
      reportFile: join(place, FOLDER, 'report.json'),
      warnings: [],
      unsaved: [],
    });
    expect(namesIn(place)).toEqual([FOLDER, LINK, 'latest']);
    expect(readlinkSync(join(place, LINK))).toBe(`${FOLDER}/model.json`);
    expect(readlinkSync(join(place, 'latest'))).toBe(FOLDER);
    expect(readModel(join(place, LINK))).toEqual(logistic);
    expect(json(join(place, 'latest', 'report.json'))).toEqual({ modelFile: kept.modelFile, publicSeed: SEED });
    expect(statSync(join(place, FOLDER)).mode & 0o777).toBe(0o700);
    for (const file of ['model.json', 'report.json']) {
      expect(statSync(join(place, FOLDER, file)).mode & 0o777, file).toBe(0o600);
    }
  });

  it('shares no folder with another of the same second, even of the same seed', () => {
    const place = placeOf();
    const files = [good([place]), good([place]), good([place], '00000000ff'), good([place])].map(
      ({ modelFile }) => modelFile,
    );
    expect(new Set(files).size).toBe(4);
    for (const file of files) expect(readModel(file ?? '')).toEqual(logistic);
    expect(readlinkSync(join(place, 'latest'))).toBe(`${FOLDER}-3`);
  });

  it('that failed keeps its report, and the links stay with the last good one', () => {
    const place = placeOf();
    good([place]);
    for (let again = 0; again < 3; again++) {
      const { reportFile } = failed([place]);
      expect(reportFile).toMatch(/breast-cancer-20261130T114500Z-[0-9a-f]{8}\/report\.json$/);
      expect(json(reportFile ?? '')).toEqual({ outcome: 'failed' });
    }
    expect(namesIn(place)).toHaveLength(6);
    expect(readlinkSync(join(place, LINK))).toBe(`${FOLDER}/model.json`);
    expect(readlinkSync(join(place, 'latest'))).toBe(FOLDER);
  });

  it('moves the model of an earlier version into a folder with the time at which it was made', () => {
    const place = placeOf();
    mkdirSync(place);
    const earlier = JSON.stringify({ ...logistic, bias: 4.25 });
    writeFileSync(join(place, LINK), earlier);
    failed([place]);
    expect(readFileSync(join(place, LINK), 'utf8')).toBe(earlier);
    good([place]);
    expect(lstatSync(join(place, LINK)).isSymbolicLink()).toBe(true);
    const [folder] = readdirSync(place).filter((name) => name.startsWith(`${JOB}-20250102T030405Z-`));
    expect(readFileSync(join(place, folder, 'model.json'), 'utf8')).toBe(earlier);
  });

  it('leaves alone what has the name of a link and is none', () => {
    const place = placeOf();
    mkdirSync(join(place, 'latest'), { recursive: true });
    mkdirSync(join(place, LINK));
    writeFileSync(join(place, 'latest', 'mine'), 'mine');
    const { warnings, modelFile } = good([place]);
    expect(warnings).toHaveLength(2);
    expect(warnings.join()).toMatch(/latest does not name the run .*: it is a folder/);
    expect(readFileSync(join(place, 'latest', 'mine'), 'utf8')).toBe('mine');
    expect(existsSync(modelFile ?? '')).toBe(true);
  });

  it('of a large network is written in pieces, and read back to the last bit', () => {
    const place = placeOf();
    const { modelFile } = good([place], SEED, digits);
    expect(readModel(modelFile ?? '')).toEqual(digits);
  });
});

describe('a place that can not be written', () => {
  it('is named with the reason, and the next one takes the run', () => {
    const [place, other] = [placeOf(), placeOf()];
    writeFileSync(place, '');
    const { modelFile, modelLink, warnings, unsaved } = good([place, other]);
    expect(modelFile).toBe(join(other, FOLDER, 'model.json'));
    expect(modelLink).toBe(join(other, LINK));
    expect(warnings[0]).toBe(
      `can not write the model ${join(place, FOLDER, 'model.json')}: a part of its path is a file and not a folder`,
    );
    expect(unsaved).toEqual([]);
  });

  it('leaves all of the run to be printed, where there is no other', () => {
    const place = placeOf();
    writeFileSync(place, '');
    const { unsaved, modelFile, reportFile } = good([place]);
    expect([modelFile, reportFile]).toEqual([undefined, undefined]);
    expect(unsaved).toEqual([
      { what: 'model', content: logistic },
      { what: 'report', content: { publicSeed: SEED } },
    ]);
    expect(readFileSync(place, 'utf8')).toBe('');
  });

  it('is refused before a run, unless another takes it', () => {
    const [place, other] = [placeOf(), placeOf()];
    writeFileSync(place, '');
    const problem = `can not write to the folder ${place}: a part of its path is a file and not a folder`;
    expect(checkPlaces([place, other], JOB, 1000)).toEqual([problem]);
    expect(() => checkPlaces([place], JOB, 1000)).toThrow(
      expect.objectContaining({ code: 'TREFOIL_CONFIG', problems: [problem] }),
    );
    expect(() => checkPlaces(['/proc/nothing/there'], JOB, 1000)).toThrow('can not write to the folder /proc/nothing');
    expect(() => checkPlaces([other], 'a'.repeat(235), 1000), 'a name that is too long there').toThrow(
      expect.objectContaining({ code: 'TREFOIL_CONFIG' }),
    );
    expect(namesIn(other), 'what was tried is taken away again').toEqual([]);
  });

  it.runIf(canMount)('for want of room is refused before a run, and at its end loses nothing', () => {
    const disk = smallDisk(64);
    expect(() => checkPlaces([disk], JOB, 2 ** 20)).toThrow(/1\.0 MiB may be needed, and 0\.1 MiB are free/);
    expect(checkPlaces([disk], JOB, 2 ** 12)).toEqual([]);
    good([disk]);
    writeFileSync(join(disk, 'filling'), Buffer.alloc(2 ** 15));
    const { unsaved, warnings } = good([disk], 'ffffffff', digits);
    expect(warnings[0]).toMatch(/^can not write the model .*model\.json: no space is left on the disk$/);
    expect(unsaved.map(({ what }) => what)).toContain('model');
    expect(readModel(join(disk, LINK))).toEqual(logistic);
    expect(namesIn(disk).filter((name) => name.includes('partial'))).toEqual([]);
  });

  it.runIf(canMount)('for its file system is read-only is named so', () => {
    const disk = smallDisk(64);
    makeReadOnly(disk);
    expect(() => checkPlaces([disk], JOB, 1)).toThrow('its file system is read-only');
    const other = placeOf();
    const { warnings, modelFile } = good([disk, other]);
    expect(warnings[0]).toContain('its file system is read-only');
    expect(modelFile).toBe(join(other, FOLDER, 'model.json'));
  });
});

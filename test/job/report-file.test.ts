/** A report of the user's own never takes a name that runs use. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { checkReportFile } from '../../src/job/report/report-file.ts';

const RUN = 'a-job-20261130T114500Z-1f2e3d4c';

function placeOf(): string {
  const folder = mkdtempSync(join(tmpdir(), 'report-file-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const place = join(folder, 'out');
  mkdirSync(join(place, RUN), { recursive: true });
  writeFileSync(join(place, RUN, 'model.json'), '{}');
  symlinkSync(join(RUN, 'model.json'), join(place, 'a-job.model.json'));
  symlinkSync(place, join(folder, 'link'));
  symlinkSync(join(place, 'a-job.model.json'), join(folder, 'mine.json'));
  return place;
}

describe('checkReportFile', () => {
  it.each([
    ...['a-job.model.json', 'b-job.model.json', 'latest', 'latest/report.json', `${RUN}/report.json`],
    ...['../link/a-job.model.json', '../mine.json', `${RUN}/../latest`],
  ])('refuses a name that runs use: %s', (name) => {
    const place = placeOf();
    expect(() => checkReportFile(join(place, name), [join(place, 'other'), place])).toThrow(
      /^--report .* is a name that runs use themselves in .*: give the report another name/,
    );
    expect(readdirSync(place).sort()).toEqual([RUN, 'a-job.model.json']);
  });

  it.each(['report.json', 'reports/latest', '../a-job.model.json', '../latest'])('takes any other: %s', (name) => {
    const place = placeOf();
    expect(() => checkReportFile(join(place, name), [place])).not.toThrow();
  });

  it('refuses an empty name', () => {
    expect(() => checkReportFile('', [])).toThrow('--report names no file');
  });
});

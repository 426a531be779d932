/** A file system without symbolic links, as on Windows for most users: the newest run has its names all the same. */
import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { readModel } from '../../src/job/model/model-file.ts';
import { logistic } from './models.ts';

let keepRun: typeof import('../../src/job/node/keep-run.ts').keepRun;

// Test files share their modules: these are imported anew, and again after it.
beforeAll(async () => {
  vi.doMock('node:fs', async (original) => ({
    ...(await original<typeof import('node:fs')>()),
    symlinkSync: () => {
      throw Object.assign(new Error('not permitted'), { code: 'EPERM' });
    },
  }));
  vi.resetModules();
  ({ keepRun } = await import('../../src/job/node/keep-run.ts'));
});

afterAll(() => {
  vi.doUnmock('node:fs');
  vi.resetModules();
});

it('names the newest run by a copy of its model and a file with its folder, and keeps no copy of a copy', () => {
  const place = mkdtempSync(join(tmpdir(), 'links-'));
  onTestFinished(() => rmSync(place, { recursive: true, force: true }));
  const good = (publicSeed: string, bias: number) =>
    keepRun(
      [place],
      { job: 'a-job', started: new Date('2026-11-30T11:45:00Z'), publicSeed },
      { model: { ...logistic, bias } as typeof logistic, report: () => ({}), isGood: () => true },
    );
  for (const n of [1, 2, 3]) {
    expect(good(`0000000${n}`, n).kept.warnings).toEqual([]);
    const model = join(place, 'a-job.model.json');
    expect(lstatSync(model).isFile()).toBe(true);
    expect(readModel(model)).toMatchObject({ bias: n });
    expect(readFileSync(join(place, 'latest'), 'utf8')).toBe(`a-job-20261130T114500Z-0000000${n}\n`);
  }
  expect(readdirSync(place)).toHaveLength(5);
});

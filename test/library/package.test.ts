/** What the package holds, and whether every tool that may import it finds its code and its types. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

let folder: string;
let tarball: Buffer;
let files: string[];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'trefoil-package-'));
  const packed = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  const [{ filename, files: held }] = JSON.parse(packed) as [{ filename: string; files: { path: string }[] }];
  tarball = readFileSync(join(folder, filename));
  files = held.map(({ path }) => path);
});
afterAll(() => rmSync(folder, { recursive: true }));

it('holds what a user needs, and no more', () => {
  for (const path of [
    'dist/src/index.js',
    'dist/src/index.d.ts',
    'dist/vendor/echarts.mjs',
    'dist/kernels.wasm',
    'parties/north.yaml',
  ]) {
    expect(files).toContain(path);
  }
  expect(
    files.filter((path) =>
      /\.map$|benchmarks|^test|^src\/(?!protocol\/product\.ts$)|^dist\/examples|\.key$/.test(path),
    ),
  ).toEqual([]);
});

it('holds every document that the README links', () => {
  const links = [...readFileSync('README.md', 'utf8').matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path]) => path);
  const missing = links.filter(
    (path) => !files.some((file) => file === path || file.startsWith(`${path.replace(/\/$/, '')}/`)),
  );
  expect(missing).toEqual([]);
});

it('is sound for publint, and has types that every kind of import finds', async () => {
  // Loaded here, so that the rest runs where these two are not installed yet.
  const { packageProblems } = await import('../../tools/check-package.mjs');
  expect(await packageProblems(tarball)).toEqual([]);
});

/** What the package holds, and whether every tool that may import it finds its code and its types. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
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
  expect(files.filter((path) => /\.map$|benchmarks|^test|^src|^dist\/examples|\.key$/.test(path))).toEqual([]);
});

it('holds every document that the README links', () => {
  const links = [...readFileSync('README.md', 'utf8').matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path]) => path);
  const missing = links.filter(
    (path) => !files.some((file) => file === path || file.startsWith(`${path.replace(/\/$/, '')}/`)),
  );
  expect(missing).toEqual([]);
});

it('is sound for publint', async () => {
  const { messages } = await publint({ pkgDir: '.', pack: { tarball: new Uint8Array(tarball).buffer } });
  const pkg = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, unknown>;
  expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
});

it('has types that every kind of import finds', async () => {
  const result = await checkPackage(createPackageFromTarballData(new Uint8Array(tarball)), {
    entrypoints: ['.'],
  });
  if (!result.types) throw new Error('the package has no types');
  // It is a package of modules: CommonJS of before Node 22 imports it with import().
  const problems = result.problems.filter(({ kind }) => kind !== 'CJSResolvesToESM');
  expect(problems.filter((problem) => !('resolutionKind' in problem && problem.resolutionKind === 'node10'))).toEqual(
    [],
  );
});

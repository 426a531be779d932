/** Installed as an organisation would: from a package file and from git, each into an empty folder. It asks the registry for dependencies. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'trefoil-install-'));
  // Thousands of files.
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }), 300_000);
  return folder;
}

const run = (cwd: string, program: string, ...args: readonly string[]): string =>
  execFileSync(program, args, {
    cwd,
    encoding: 'utf8',
    shell: process.platform === 'win32',
    stdio: ['ignore', 'pipe', 'pipe'],
  });

/** The names start the installed program, which finds its kernels and its examples. */
function expectItWorks(folder: string): void {
  for (const name of ['trefoil-mpc', 'trefoil']) expect(run(folder, 'npx', name, '--version').trim()).toBe(version);
  const job = resolve(folder, 'node_modules/trefoil-mpc/examples/breast-cancer-logistic.yaml');
  expect(run(folder, 'npx', 'trefoil-mpc', 'plan', job)).toContain('breast-cancer-logistic');
}

/** An example of the package runs from anywhere, and its results lie where the user is. */
function expectItTrains(folder: string): void {
  const printed = run(folder, 'npx', 'trefoil-mpc', 'train', 'examples/breast-cancer-logistic.yaml', '--local');
  expect(printed).toContain('accuracy');
  expect(existsSync(join(folder, 'out/north/breast-cancer-logistic.model.json'))).toBe(true);
}

/** A program of the user's own imports it, and its types are there. */
function expectItIsALibrary(folder: string): void {
  const program = `import { privacyCost, TrefoilError } from 'trefoil-mpc';
const { epsilon } = privacyCost({ records: 1000, batch: 50, epochs: 2, delta: 1e-5, noiseMultiplier: 1 });
console.log(typeof epsilon, new TrefoilError('TREFOIL_USAGE', 'x').code);`;
  writeFileSync(join(folder, 'program.mjs'), program);
  expect(run(folder, 'node', 'program.mjs').trim()).toBe('number TREFOIL_USAGE');
}

describe('an empty folder', () => {
  it('takes the package file, and little room without what reads Parquet', () => {
    const folder = emptyFolder();
    const packed = run('.', 'npm', 'pack', '--silent', '--pack-destination', folder).trim();
    run(folder, 'npm', 'init', '-y');
    run(folder, 'npm', 'install', '--omit=optional', join(folder, packed));
    expectItWorks(folder);
    expectItTrains(folder);
    expectItIsALibrary(folder);
    const kilobytes = Number(run(folder, 'du', '-sk', 'node_modules').split('\t')[0]);
    expect(kilobytes).toBeLessThan(60 * 1024);
  });

  it('takes the repository, which is built on the way', () => {
    const [source, folder] = [emptyFolder(), emptyFolder()];
    const files = run('.', 'git', 'ls-files', '--cached', '--others', '--exclude-standard').trim().split('\n');
    for (const file of files) cpSync(file, join(source, file));
    run(source, 'git', 'init', '--quiet');
    run(source, 'git', 'add', '.');
    run(source, 'git', '-c', 'user.name=test', '-c', 'user.email=test@example.org', 'commit', '--quiet', '-m', 'all');
    run(folder, 'npm', 'init', '-y');
    run(folder, 'npm', 'install', `git+${pathToFileURL(source)}`);
    expectItWorks(folder);
  });
});

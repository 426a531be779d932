/** Installed as an organisation would: from a package file and from git, each into an empty folder. It asks the registry for dependencies. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
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

describe('an empty folder', () => {
  it('takes the package file', () => {
    const folder = emptyFolder();
    const packed = run('.', 'npm', 'pack', '--silent', '--pack-destination', folder).trim();
    run(folder, 'npm', 'init', '-y');
    run(folder, 'npm', 'install', join(folder, packed));
    expectItWorks(folder);
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

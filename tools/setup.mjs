// Brings a fresh clone to the point where everything runs: dependencies, then the build, each only when out of date.
// Needs nothing but Node and npm.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { file, once } from './once.mjs';

const isQuiet = process.argv.includes('--quiet');

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `Trefoil needs Node 20.19 or later; this is ${process.versions.node}. Install a current Node and run the command again.`,
  );
  process.exit(1);
}

await once('node_modules/.trefoil-installed', [file('package.json'), file('package-lock.json')], 'node_modules', () => {
  if (!isQuiet) console.error('Installing dependencies (npm ci) …');
  // No dependency needs a script of its own; that of this package is what comes next.
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: file('.'),
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
});
execFileSync(process.execPath, [file('tools/prepare.mjs'), ...(isQuiet ? ['--quiet'] : [])], { stdio: 'inherit' });

// npx remembers a clone with the names that it had at the first call, and finds later ones here. On Windows a link is no program.
if (process.platform !== 'win32') {
  mkdirSync(file('node_modules/.bin'), { recursive: true });
  for (const name of ['trefoil', 'trefoil-mpc']) {
    rmSync(file(`node_modules/.bin/${name}`), { force: true });
    symlinkSync('../../dist/src/cli/main.js', file(`node_modules/.bin/${name}`));
  }
}

// Brings a fresh clone to the point where everything runs: dependencies, then the build, each only when out of date.
// Needs nothing but Node and npm.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const quiet = process.argv.includes('--quiet');
const say = (line) => quiet || console.error(line);

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `Trefoil needs Node 20.19 or later; this is ${process.versions.node}. Install a current Node and run the command again.`,
  );
  process.exit(1);
}

function filesBelow(path) {
  return readdirSync(join(root, path), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

function digestOf(files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(file).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

/** Runs `action` unless the stamp says that it already ran on these very files. */
function once(stamp, files, action) {
  const path = join(root, stamp);
  const digest = digestOf(files);
  if (existsSync(path) && readFileSync(path, 'utf8') === digest) return;
  action();
  writeFileSync(path, digest);
}

const file = (name) => join(root, name);
once('node_modules/.trefoil-installed', [file('package.json'), file('package-lock.json')], () => {
  say('Installing dependencies (npm ci) …');
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
});
once(
  'node_modules/.trefoil-built',
  [
    file('package.json'),
    file('tsconfig.json'),
    file('tools/build.mjs'),
    ...['src', 'parties', 'benchmarks'].flatMap(filesBelow),
  ],
  () => {
    say('Building …');
    execFileSync(process.execPath, [file('tools/build.mjs')], { cwd: root, stdio: 'inherit' });
  },
);

/**
 * Draws the pictures of the documents: a run, from its plan, and the demo's screen, from a recording.
 *
 *   node tools/pictures.mjs [FOLDER] [--record]
 *
 * FOLDER is where the pictures go, by default docs/images. With --record the demo is run first, and docs/images/demo.txt is what it printed.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runPicture } from './pictures/run.mjs';
import { terminalPicture } from './pictures/terminal.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const images = `${root}docs/images`;
const recording = `${images}/demo.txt`;
const JOB = 'examples/breast-cancer-logistic.yaml';

const args = process.argv.slice(2);
const [folder = images] = args.filter((argument) => !argument.startsWith('--'));
const trefoil = (...words) =>
  execFileSync(process.execPath, ['dist/src/cli/main.js', ...words], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });

/** Digests and files are others in each run, and times belong to a machine: the documents give them with its name. */
const isOfThisRun = (line) => /^(job [0-9a-f]{8}|(model|report) of |[\d.]+ s: |[\d.]+ steps\/s)/.test(line);

if (args.includes('--record')) {
  const lines = trefoil('train', JOB, '--local')
    .split('\n')
    .filter((line) => !isOfThisRun(line));
  writeFileSync(recording, `$ npm run demo\n${lines.join('\n').trimEnd()}\n`);
}

const roles = new Map([
  ['north', 'deals'],
  ['east', 'evaluates'],
  ['south', 'evaluates'],
]);
writeFileSync(`${folder}/run.svg`, runPicture(JSON.parse(trefoil('plan', JOB, '--json')), roles));
writeFileSync(`${folder}/demo.svg`, terminalPicture(readFileSync(recording, 'utf8'), 'The screen of npm run demo'));

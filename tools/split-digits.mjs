/**
 * Splits the optical-digits records over three hospitals, the same way every time.
 *
 *   node tools/split-digits.mjs SOURCE.csv [FOLDER]
 *
 * SOURCE is `sklearn/datasets/data/digits.csv.gz` from a scikit-learn distribution, decompressed. Within each digit the rows are put
 * in the order of the SHA-256 of their text; each file takes the next ones, the held-out rows the last, and lists its rows in the
 * same order.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const SOURCE_SHA256 = '6ebb3d2fee246a4e99363262ddf8a00a3c41bee6014c373ed9d9216ba7f651b8';

/** Held-out rows of each digit in each hospital: 360 in all. */
const TEST_ROWS = 12;

/** The parts of the training rows of a digit that north and east get; south gets the rest. */
const SHARES = [
  { digits: [0, 1, 2, 3], north: 0.6, east: 0.2 },
  { digits: [4, 5, 6], north: 0.2, east: 0.6 },
  { digits: [7, 8, 9], north: 0.2, east: 0.2 },
];

const HEADER = [...Array.from({ length: 64 }, (_, i) => `pixel_${i}`), 'digit'].join(',');

const sha256 = (text) => createHash('sha256').update(text).digest('hex');

const [source, folder = 'examples/digits'] = process.argv.slice(2);
if (source === undefined) {
  console.error('usage: node tools/split-digits.mjs SOURCE.csv [FOLDER]');
  process.exit(2);
}

const content = readFileSync(source, 'utf8');
if (sha256(content) !== SOURCE_SHA256) {
  console.error(`${source} is not scikit-learn's digits.csv`);
  process.exit(1);
}

const byHash = (a, b) => (a.hash < b.hash ? -1 : 1);
const rows = content
  .trimEnd()
  .split('\n')
  .map((line) => ({ line, hash: sha256(line) }))
  .sort(byHash);

const files = Object.fromEntries(
  ['north', 'east', 'south'].flatMap((party) => [
    [`${party}-train.csv`, []],
    [`${party}-test.csv`, []],
  ]),
);
for (const { digits, north, east } of SHARES) {
  for (const digit of digits) {
    const queue = rows.filter(({ line }) => line.endsWith(`,${digit}`));
    const held = queue.splice(-3 * TEST_ROWS);
    const trained = queue.length;
    files['north-train.csv'].push(...queue.splice(0, Math.round(north * trained)));
    files['east-train.csv'].push(...queue.splice(0, Math.round(east * trained)));
    files['south-train.csv'].push(...queue);
    for (const party of ['north', 'east', 'south']) files[`${party}-test.csv`].push(...held.splice(0, TEST_ROWS));
  }
}

const sums = Object.entries(files).map(([name, chosen]) => {
  const text = `${[HEADER, ...chosen.sort(byHash).map(({ line }) => line)].join('\n')}\n`;
  writeFileSync(join(folder, name), text);
  return `${sha256(text)}  ${name}\n`;
});
writeFileSync(join(folder, 'SHA256SUMS'), sums.sort((a, b) => (a.slice(66) < b.slice(66) ? -1 : 1)).join(''));

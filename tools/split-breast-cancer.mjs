/**
 * Splits the Wisconsin diagnostic breast-cancer records over three hospitals, the same way every time.
 *
 *   node tools/split-breast-cancer.mjs SOURCE.csv [FOLDER]
 *
 * SOURCE is `sklearn/datasets/data/breast_cancer.csv` from a scikit-learn distribution. Within each class the rows are put
 * in the order of the SHA-256 of their text; each file takes the next ones, and lists its rows in the same order.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** How many malignant and benign rows each file gets: the held-out fifth first. */
const FILES = [
  { name: 'east-test.csv', malignant: 21, benign: 36 },
  { name: 'south-test.csv', malignant: 21, benign: 36 },
  { name: 'north-train.csv', malignant: 88, benign: 111 },
  { name: 'east-train.csv', malignant: 52, benign: 96 },
  { name: 'south-train.csv', malignant: 30, benign: 78 },
];

const MEASURES = [
  'radius',
  'texture',
  'perimeter',
  'area',
  'smoothness',
  'compactness',
  'concavity',
  'concave_points',
  'symmetry',
  'fractal_dimension',
];
const HEADER = [
  ...MEASURES.map((measure) => `mean_${measure}`),
  ...MEASURES.map((measure) => `${measure}_error`),
  ...MEASURES.map((measure) => `worst_${measure}`),
  'malignant',
].join(',');

const sha256 = (text) => createHash('sha256').update(text).digest('hex');

const [source, folder = 'examples/breast-cancer'] = process.argv.slice(2);
if (source === undefined) {
  console.error('usage: node tools/split-breast-cancer.mjs SOURCE.csv [FOLDER]');
  process.exit(2);
}

const [first, ...lines] = readFileSync(source, 'utf8').trimEnd().split(/\r?\n/);
if (first !== '569,30,malignant,benign' || lines.length !== 569) {
  console.error(`${source} is not scikit-learn's breast_cancer.csv`);
  process.exit(1);
}

const rows = lines.map((line) => ({ line, hash: sha256(line) })).sort((a, b) => (a.hash < b.hash ? -1 : 1));
// The source says 1 for benign; our label says 1 for malignant.
const queues = {
  malignant: rows.filter(({ line }) => line.endsWith(',0')),
  benign: rows.filter(({ line }) => line.endsWith(',1')),
};

const sums = [];
for (const { name, malignant, benign } of FILES) {
  const chosen = [...queues.malignant.splice(0, malignant), ...queues.benign.splice(0, benign)];
  chosen.sort((a, b) => (a.hash < b.hash ? -1 : 1));
  const text = [HEADER, ...chosen.map(({ line }) => line.replace(/[01]$/, (target) => String(1 - Number(target))))];
  const content = `${text.join('\n')}\n`;
  writeFileSync(join(folder, name), content);
  sums.push(`${sha256(content)}  ${name}\n`);
}
writeFileSync(join(folder, 'SHA256SUMS'), sums.sort((a, b) => (a.slice(66) < b.slice(66) ? -1 : 1)).join(''));

/**
 * Splits the Cleveland heart-disease records over three hospitals, the same way every time, each with a table in the form of its own.
 *
 *   node tools/split-heart-disease.mjs SOURCE.tab [FOLDER]
 *
 * SOURCE is `Orange/datasets/heart_disease.tab` from a distribution of Orange. Within each class the rows are put in the order of the SHA-256 of their
 * text; each file takes the next ones, and lists its rows in the same order.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** How many rows with and without the disease each file gets: the held-out fifth first. */
const FILES = [
  { party: 'east', kind: 'test', ill: 14, well: 16 },
  { party: 'south', kind: 'test', ill: 14, well: 17 },
  { party: 'north', kind: 'train', ill: 50, well: 50 },
  { party: 'east', kind: 'train', ill: 35, well: 45 },
  { party: 'south', kind: 'train', ill: 26, well: 36 },
];

const COLUMNS = [
  'age',
  'sex',
  'chest_pain',
  'systolic',
  'cholesterol',
  'fasting_sugar',
  'ecg',
  'max_heart_rate',
  'exercise_angina',
  'st_depression',
  'st_slope',
  'vessels',
  'thal',
  'disease',
];

const as = (codes) => (cell) => codes[cell] ?? cell;
const PAIN = {
  'typical ang': 'typical',
  'atypical ang': 'atypical',
  'non-anginal': 'non-anginal',
};
const THAL = { 'fixed defect': 'fixed', 'reversable defect': 'reversible' };
const ECG = { 'left vent hypertrophy': 'hypertrophy', 'ST-T abnormal': 'st-t' };
const AGREED = { chest_pain: as(PAIN), thal: as(THAL), ecg: as(ECG) };

/** mg/dL of cholesterol in one mmol/L. */
const MG_A_MMOL = 38.67;

/** How each hospital writes its table: names of columns, cells, and what stands for no value. */
const FORMS = {
  north: { names: {}, cells: {}, missing: '' },
  east: {
    names: { age: 'ALTER', sex: 'GESCHLECHT', vessels: 'GEFAESSE', disease: 'KHK' },
    cells: {
      sex: as({ male: 'm', female: 'w' }),
      fasting_sugar: as({ 0: 'nein', 1: 'ja' }),
      exercise_angina: as({ 0: 'nein', 1: 'ja' }),
      disease: as({ 0: 'nein', 1: 'ja' }),
    },
    missing: 'k.A.',
  },
  south: {
    names: { cholesterol: 'chol_mmol' },
    cells: { cholesterol: (cell) => (cell === '' ? cell : (Number(cell) / MG_A_MMOL).toFixed(2)) },
    missing: '?',
  },
};

const sha256 = (text) => createHash('sha256').update(text).digest('hex');

const [source, folder = 'examples/heart-disease'] = process.argv.slice(2);
if (source === undefined) {
  console.error('usage: node tools/split-heart-disease.mjs SOURCE.tab [FOLDER]');
  process.exit(2);
}
const [header, , , ...lines] = readFileSync(source, 'utf8').trimEnd().split(/\r?\n/);
if (!header.startsWith('age\tgender\tchest pain') || lines.length !== 303) {
  console.error(`${source} is not Orange's heart_disease.tab`);
  process.exit(1);
}

const rows = lines.map((line) => ({ line, hash: sha256(line) })).sort((a, b) => (a.hash < b.hash ? -1 : 1));
const queues = {
  ill: rows.filter(({ line }) => line.endsWith('\t1')),
  well: rows.filter(({ line }) => line.endsWith('\t0')),
};

function written(line, { cells, missing }) {
  return line.split('\t').map((text, i) => {
    const name = COLUMNS[i];
    const cell = text === '?' ? '' : text;
    const agreed = AGREED[name]?.(cell) ?? cell;
    return agreed === '' ? missing : (cells[name]?.(agreed) ?? agreed);
  });
}

const sums = [];
for (const { party, kind, ill, well } of FILES) {
  const form = FORMS[party];
  const chosen = [...queues.ill.splice(0, ill), ...queues.well.splice(0, well)];
  chosen.sort((a, b) => (a.hash < b.hash ? -1 : 1));
  const names = COLUMNS.map((name) => form.names[name] ?? name);
  const content = `${[names, ...chosen.map(({ line }) => written(line, form))].map((cells) => cells.join(',')).join('\n')}\n`;
  const file = `${party}-${kind}.csv`;
  writeFileSync(join(folder, file), content);
  sums.push(`${sha256(content)}  ${file}\n`);
}
writeFileSync(join(folder, 'SHA256SUMS'), sums.sort((a, b) => (a.slice(66) < b.slice(66) ? -1 : 1)).join(''));

/**
 * Splits the columns of the breast-cancer records over three hospitals, the same way every time.
 *
 *   node tools/split-breast-cancer-columns.mjs [SOURCE-FOLDER] [FOLDER]
 *
 * The source is what `split-breast-cancer.mjs` wrote. Each hospital gets ten columns of nearly all patients, in an order of its own, with a number
 * of the patient that it writes in its own way. The numbers are made up; they say nothing of the records.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FILES = ['east-test.csv', 'south-test.csv', 'north-train.csv', 'east-train.csv', 'south-train.csv'];

/** The columns of each hospital, how it writes a number, and which patients in the order of their numbers it has never seen. */
const HOSPITALS = [
  { name: 'north', columns: /^mean_/, patient: (number) => `PT-${number}`, unknown: [0, 9] },
  { name: 'east', columns: /_error$/, patient: (number) => `pt${number}`, unknown: [9, 19] },
  { name: 'south', columns: /^(worst_|malignant$)/, patient: (number) => `PT ${number}`, unknown: [19, 29] },
];
const FIRST_NUMBER = 10_007;
const STEP = 97;

const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const inOrderOfHash = (list, textOf) =>
  list
    .map((each) => ({ each, hash: sha256(textOf(each)) }))
    .sort((a, b) => (a.hash < b.hash ? -1 : 1))
    .map(({ each }) => each);

const [source = 'examples/breast-cancer', folder = 'examples/breast-cancer-vertical'] = process.argv.slice(2);
const tables = FILES.map((name) => readFileSync(join(source, name), 'utf8').trimEnd().split('\n'));
const header = tables[0][0].split(',');
const lines = inOrderOfHash(
  tables.flatMap(([, ...rows]) => rows),
  (line) => `patient ${line}`,
);
const patients = lines.map((line, i) => ({ cells: line.split(','), number: FIRST_NUMBER + STEP * i }));

mkdirSync(folder, { recursive: true });
const sums = HOSPITALS.map(({ name, columns, patient, unknown: [first, end] }) => {
  const own = header.flatMap((column, j) => (columns.test(column) ? [j] : []));
  const known = patients.filter((_, i) => i < first || i >= end);
  const rows = inOrderOfHash(known, ({ number }) => `${name} ${number}`);
  const text = [
    ['patient', ...own.map((j) => header[j])].join(','),
    ...rows.map(({ cells, number }) => [patient(number), ...own.map((j) => cells[j])].join(',')),
  ];
  const content = `${text.join('\n')}\n`;
  writeFileSync(join(folder, `${name}.csv`), content);
  return `${sha256(content)}  ${name}.csv\n`;
});
writeFileSync(join(folder, 'SHA256SUMS'), sums.sort((a, b) => (a.slice(66) < b.slice(66) ? -1 : 1)).join(''));

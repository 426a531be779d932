import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadJob } from '../../src/job/file/job-file.ts';
import { readRecords } from './csv-records.ts';

const FOLDER = 'examples/breast-cancer';
const FILES = [
  { name: 'north-train', rows: 199, malignant: 88 },
  { name: 'east-train', rows: 148, malignant: 52 },
  { name: 'east-test', rows: 57, malignant: 21 },
  { name: 'south-train', rows: 108, malignant: 30 },
  { name: 'south-test', rows: 57, malignant: 21 },
];
const { data, parties } = loadJob('examples/breast-cancer-logistic.yaml');

describe('the breast-cancer records', () => {
  it('have the checksums that are written beside them', () => {
    const lines = readFileSync(`${FOLDER}/SHA256SUMS`, 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => line.slice(66)).sort()).toEqual(FILES.map(({ name }) => `${name}.csv`).sort());
    for (const line of lines) {
      const content = readFileSync(`${FOLDER}/${line.slice(66)}`);
      expect(createHash('sha256').update(content).digest('hex')).toBe(line.slice(0, 64));
    }
  });

  it.each(FILES)(
    '$name has $rows rows, $malignant malignant, all within the declared ranges',
    async ({ name, rows, malignant }) => {
      const wanted = { label: data.label, features: data.features, outOfRange: 'refuse', rows } as const;
      const records = await readRecords(`${FOLDER}/${name}.csv`, wanted);
      expect(records.columns).toBe(30);
      expect(records.labels.reduce((sum, label) => sum + label, 0)).toBe(malignant);
      const [party, kind] = name.split('-');
      expect(parties.find((one) => one.name === party)).toMatchObject({ [kind]: rows });
    },
  );

  it('are the 569 of the source, each once, with its class distribution', () => {
    const rows = FILES.flatMap(({ name }) =>
      readFileSync(`${FOLDER}/${name}.csv`, 'utf8').trimEnd().split('\n').slice(1),
    );
    expect(rows).toHaveLength(569);
    expect(new Set(rows)).toHaveProperty('size', 569);
    expect(rows.filter((row) => row.endsWith(',1'))).toHaveLength(212);
    // The rows as scikit-learn has them, in alphabetical order: the split has changed nothing but order and label.
    const source = rows.map((row) => row.replace(/[01]$/, (label) => String(1 - Number(label)))).sort();
    expect(createHash('sha256').update(source.join('\n')).digest('hex')).toBe(
      '279b6de5435ce34234809d0971ddb81519f1e4c5bf746f6f9db948aa6a704ec7',
    );
  });
});

describe('their columns at three hospitals', () => {
  const folder = 'examples/breast-cancer-vertical';
  const tables = ['north', 'east', 'south'].map((name) => {
    const [header, ...lines] = readFileSync(`${folder}/${name}.csv`, 'utf8').trimEnd().split('\n');
    const names = header.split(',');
    const numberOf = (line: string) => line.split(',')[0].replace(/\D/g, '');
    return { names: names.slice(1), rows: new Map(lines.map((line) => [numberOf(line), line.split(',').slice(1)])) };
  });

  it('have the checksums that are written beside them', () => {
    const lines = readFileSync(`${folder}/SHA256SUMS`, 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    for (const line of lines) {
      const content = readFileSync(`${folder}/${line.slice(66)}`);
      expect(createHash('sha256').update(content).digest('hex')).toBe(line.slice(0, 64));
    }
  });

  it('are, where all three know a patient, a record of the whole', () => {
    const header = readFileSync(`${FOLDER}/north-train.csv`, 'utf8').split('\n')[0];
    expect(tables.flatMap(({ names }) => names).join()).toBe(header);
    const whole = new Set(
      FILES.flatMap(({ name }) => readFileSync(`${FOLDER}/${name}.csv`, 'utf8').trimEnd().split('\n')),
    );
    const [north, east, south] = tables.map(({ rows }) => rows);
    const common = [...north.keys()].filter((patient) => east.has(patient) && south.has(patient));
    expect(common).toHaveLength(540);
    for (const patient of common) expect(whole).toContain(tables.flatMap(({ rows }) => rows.get(patient) ?? []).join());
    // Each file in another order.
    expect([...north.keys()].filter((patient) => east.has(patient))).not.toEqual(
      [...east.keys()].filter((patient) => north.has(patient)),
    );
  });
});

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadJob } from '../../src/job/file/job-file.ts';
import { readRecords } from './csv-records.ts';

const FOLDER = 'examples/digits';
const FILES = [
  { name: 'north-train', rows: 519, of: [85, 88, 85, 88, 29, 29, 29, 29, 28, 29] },
  { name: 'east-train', rows: 462, of: [28, 29, 28, 29, 87, 88, 87, 29, 28, 29] },
  { name: 'south-train', rows: 456, of: [29, 29, 28, 30, 29, 29, 29, 85, 82, 86] },
  ...['north', 'east', 'south'].map((party) => ({ name: `${party}-test`, rows: 120, of: Array(10).fill(12) })),
];
const { data, parties } = loadJob('examples/digits-mlp.yaml');

describe('the optical digits', () => {
  it('have the checksums that are written beside them', () => {
    const lines = readFileSync(`${FOLDER}/SHA256SUMS`, 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => line.slice(66)).sort()).toEqual(FILES.map(({ name }) => `${name}.csv`).sort());
    for (const line of lines) {
      const content = readFileSync(`${FOLDER}/${line.slice(66)}`);
      expect(createHash('sha256').update(content).digest('hex')).toBe(line.slice(0, 64));
    }
  });

  it.each(FILES)('$name has $rows rows, $of of the digits, all within the declared ranges', async (file) => {
    const records = await readRecords(`${FOLDER}/${file.name}.csv`, { ...data, outOfRange: 'refuse', rows: file.rows });
    expect(records.columns).toBe(64);
    const counts = file.of.map((_, digit) => records.labels.filter((label) => label === digit).length);
    expect(counts).toEqual(file.of);
    expect(records.features.every(Number.isInteger)).toBe(true);
    const [party, kind] = file.name.split('-');
    expect(parties.find((one) => one.name === party)).toMatchObject({ [kind]: file.rows });
  });

  it('are the 1,797 of the source, each once', () => {
    const rows = FILES.flatMap(({ name }) =>
      readFileSync(`${FOLDER}/${name}.csv`, 'utf8').trimEnd().split('\n').slice(1),
    );
    expect(rows).toHaveLength(1797);
    expect(new Set(rows)).toHaveProperty('size', 1797);
    // The rows as scikit-learn has them, in alphabetical order: the split has changed nothing but their order.
    expect(createHash('sha256').update(rows.sort().join('\n')).digest('hex')).toBe(
      'fc1255d0784918cf3940a07ef6f3daddcbd3d2d03a4d273dbca0ff254be2b974',
    );
  });
});

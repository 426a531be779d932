/** Declared features read numbers as their table writes them: in no table is 1.247 a number beside decimal commas. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { RecordsWanted } from '../../src/data/records.ts';
import { type DataFile, sourceOf } from '../../src/data/source.ts';
import { featureEncoders } from '../../src/encoding/feature-encoder.ts';
import { plainly, sound } from './declared.ts';

const FEATURES = sound({ chol: { range: [0, 2000], unit: 'mg/dL' }, grade: { category: [1, 2, 3], reference: 1 } });
const wanted: RecordsWanted = {
  features: FEATURES.flatMap(({ columns }) => columns),
  outOfRange: 'refuse',
  encoders: (form) => featureEncoders(plainly(FEATURES, { form })),
};

function file(content: string, form: Omit<Extract<DataFile, { file: string }>, 'file'>): DataFile {
  const folder = mkdtempSync(join(tmpdir(), 'trefoil-form-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'table.csv');
  writeFileSync(path, content);
  return { file: path, ...form };
}

it('decimal commas and points between thousands give the same columns', async () => {
  const data = file('chol;grade\n1.247,5;2,0\n181;3\n', { delimiter: ';', decimal: ',', thousands: '.' });
  expect([...(await sourceOf(data).read(wanted)).features]).toEqual([1247.5, 1, 0, 181, 0, 1]);
});

it('a point where the configuration names commas is refused, and nothing is made of it', async () => {
  const data = file('chol;grade\n1.247;1\n181;2\n', { delimiter: ';', decimal: ',' });
  await expect(sourceOf(data).read(wanted)).rejects.toThrow(/line 2, column 'chol': a number in another form/);
});

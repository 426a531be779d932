import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadJob } from '../../src/job/job-file.ts';
import { buildModel, predictProbabilities, readModel, writeModel } from '../../src/job/model-file.ts';

const job = loadJob('examples/breast-cancer-logistic.yaml');
const columns = job.data.features.length;
const provenance = { planDigest: 'f00d', trefoil: '0.1.0', created: new Date('2025-01-02T03:04:05Z') };
const scaling = {
  centre: Float64Array.from(job.data.features, ({ high }) => high / 3),
  scale: Float64Array.from(job.data.features, ({ high }) => high / 5),
};
const weights = Array.from({ length: columns }, (_, j) => Math.sin(j + 1));
const model = buildModel(job, { weights, bias: 0.25, scaling }, provenance);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'trefoil-model-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a model file', () => {
  it('is read back as it was written, to the last bit', () => {
    const path = join(folder, 'new', 'folder', 'model.json');
    writeModel(path, model);
    expect(readModel(path)).toEqual(model);
    expect(readdirSync(join(folder, 'new', 'folder'))).toEqual(['model.json']);
  });

  it('says where it comes from', () => {
    expect(model).toMatchObject({
      format: 'trefoil-model',
      version: 1,
      label: 'malignant',
      trainedBy: {
        job: 'breast-cancer-logistic',
        planDigest: 'f00d',
        parties: ['north', 'east', 'south'],
        trust: 'honest-majority',
        trefoil: '0.1.0',
      },
      created: '2025-01-02T03:04:05.000Z',
    });
    expect(model.features[0]).toBe('mean_radius');
  });

  it('is replaced whole, or left as it was with nothing beside it', () => {
    const path = join(folder, 'kept', 'model.json');
    writeModel(path, model);
    const before = readFileSync(path);
    const cyclic = { ...model, self: {} };
    cyclic.self = cyclic;
    expect(() => writeModel(path, cyclic)).toThrow(TypeError);
    expect(readFileSync(path)).toEqual(before);
    // A folder in the file's place makes the last move fail.
    expect(() => writeModel(join(folder, 'kept'), model)).toThrow();
    expect(readdirSync(folder).filter((name) => name.endsWith('.partial'))).toEqual([]);
    expect(readdirSync(join(folder, 'kept'))).toEqual(['model.json']);
  });

  it('is refused with all problems at once', () => {
    const path = join(folder, 'bad.json');
    const { label: _, ...rest } = model;
    const bad = { ...rest, version: 2, weights: [1], biass: 0, standardised: { ...model.standardised, clip: -1 } };
    writeFileSync(path, JSON.stringify(bad));
    expect(() => readModel(path)).toThrow(
      expect.objectContaining({
        code: 'TREFOIL_DATA',
        problems: [
          'line 1: version must be 1, the version that this trefoil reads',
          'line 1: label is missing: a text',
          'line 1: standardised.clip must be a finite number above 0',
          "line 1: unknown key 'biass'; did you mean 'bias'?",
        ],
      }),
    );
  });

  it('is refused when its lists do not match the features', () => {
    const path = join(folder, 'short.json');
    writeFileSync(path, JSON.stringify({ ...model, weights: [1] }, null, 2));
    expect(() => readModel(path)).toThrow('weights must have 30 numbers, one for each feature, not 1');
  });

  it('is refused when cut off', () => {
    const path = join(folder, 'cut.json');
    writeFileSync(path, JSON.stringify(model).slice(0, 200));
    expect(() => readModel(path)).toThrow(`the model file ${path} has`);
  });
});

describe('predictProbabilities', () => {
  const folded = (row: ArrayLike<number>) => {
    const logit = model.weights.reduce((sum, weight, j) => sum + weight * row[j], model.bias);
    return 1 / (1 + Math.exp(-logit));
  };
  /** A row of the given standardised values. */
  const raw = (values: readonly number[]) =>
    Float64Array.from(values, (value, j) => scaling.centre[j] + value * scaling.scale[j]);
  const rowWithin = (bound: number) =>
    fc.array(fc.double({ min: -bound, max: bound, noNaN: true }), { minLength: columns, maxLength: columns });

  it('agrees with the folded weights where nothing is clipped', () => {
    fc.assert(
      fc.property(rowWithin(2.99), (values) => {
        const row = raw(values);
        // 31 terms below 5 in size, each rounded a few times to 2⁻⁵³: an error below 1e-13 in a logit, a quarter of that here.
        expect(Math.abs(predictProbabilities(model, row, 1)[0] - folded(row))).toBeLessThan(1e-13);
      }),
    );
  });

  it('clips as training did', () => {
    const far = raw(Array.from({ length: columns }, () => 50));
    const edge = raw(Array.from({ length: columns }, () => job.data.clip));
    expect(predictProbabilities(model, far, 1)[0]).toBeCloseTo(predictProbabilities(model, edge, 1)[0], 14);
  });

  it('takes many rows, or none', () => {
    const [a, b] = [raw(weights), raw(weights.map((weight) => -weight))];
    const both = predictProbabilities(model, Float64Array.of(...a, ...b), 2);
    expect([...both]).toEqual([predictProbabilities(model, a, 1)[0], predictProbabilities(model, b, 1)[0]]);
    expect(predictProbabilities(model, new Float64Array(0), 0)).toHaveLength(0);
  });

  it('refuses rows of another width', () => {
    expect(() => predictProbabilities(model, new Float64Array(31), 1)).toThrow(
      '1 rows of 30 features are 30 numbers, not 31',
    );
  });
});

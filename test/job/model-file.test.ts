import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unitScaling } from '../../src/data/standardise.ts';
import { buildModel } from '../../src/job/model/build-model.ts';
import { featuresOf, type Model, readModel } from '../../src/job/model/model-file.ts';
import { jsonFile, writeKeeping } from '../../src/job/node/output-file.ts';
import {
  digits,
  digitsJob,
  layer,
  logisticJob,
  logisticScaling,
  logistic as model,
  network,
  provenance,
} from './models.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'trefoil-model-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const writeModel = (path: string, content: Model) => writeKeeping('model', path, jsonFile(content));

describe('a model file', () => {
  it('is read back as it was written, to the last bit', () => {
    const path = join(folder, 'model.json');
    writeModel(path, model);
    expect(readModel(path)).toEqual(model);
  });

  it('says where it comes from', () => {
    expect(model).toMatchObject({
      format: 'trefoil-model',
      version: 1,
      label: 'malignant',
      trainedBy: {
        job: 'breast-cancer-logistic',
        jobDigest: 'cafe',
        planDigest: 'f00d',
        parties: ['north', 'east', 'south'],
        trust: 'honest-majority',
        trefoil: '0.1.0',
      },
      created: '2025-01-02T03:04:05.000Z',
    });
    expect(model.features[0]).toBe('mean_radius');
  });

  it('has the threshold of its job, where that states one', () => {
    const stated = { ...logisticJob, model: { ...logisticJob.model, threshold: 0.2 } };
    const from = { layers: [layer(30, 1)], scaling: logisticScaling };
    const path = join(folder, 'threshold.json');
    writeModel(path, buildModel(stated, from, provenance));
    expect(readModel(path)).toMatchObject({ type: 'logistic', threshold: 0.2 });
    expect(model).not.toHaveProperty('threshold');
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

  it('of a network is read back as it was written', () => {
    const path = join(folder, 'digits.json');
    writeModel(path, digits);
    expect(readModel(path)).toEqual(digits);
  });

  it('of a network is refused when its layers do not fit each other', () => {
    const path = join(folder, 'layers.json');
    const [first, last] = digits.layers;
    const layers = [
      { ...first, bias: [1] },
      { ...last, inputs: 31, weights: last.weights.slice(1) },
    ];
    const standardised = { ...digits.standardised, weights: [], scale: [1] };
    writeFileSync(path, JSON.stringify({ ...digits, classes: [0, 1], layers, standardised }));
    expect(() => readModel(path)).toThrow(
      expect.objectContaining({
        problems: [
          'line 1: standardised.scale must have 64 numbers, one for each feature, not 1',
          'line 1: layers[0].bias must have 32 numbers, one for each output, not 1',
          'line 1: layers[1].inputs must be 32, not 31',
          'line 1: layers[1].weights must have 310 numbers, inputs times outputs, not 319',
          'line 1: standardised.weights must have 2048 numbers, as the first layer, not 0',
          'line 1: standardised.bias must have 1 numbers, as the first layer, not 32',
          'line 1: layers[1].outputs must be 2, not 10',
        ],
      }),
    );
  });

  it.each([
    [{ classes: undefined }, 'classes is missing: output softmax has some'],
    [{ output: 'linear', classes: undefined }, 'target is missing: output linear has one'],
    [{ type: 'forest' }, 'type must be logistic, mlp or network'],
    [{ activation: 'tanh' }, 'activation must be relu or sigmoid'],
  ])('of a network with %j is refused', (change, problem) => {
    const path = join(folder, 'refused.json');
    writeFileSync(path, JSON.stringify({ ...digits, ...change }));
    expect(() => readModel(path)).toThrow(problem);
  });

  it('has the declared ranges, and the units that the job names', () => {
    const chol = { name: 'chol', low: 100, high: 400, unit: 'mg/dL' };
    const job = { ...digitsJob, data: { ...digitsJob.data, features: [...digitsJob.data.features.slice(1), chol] } };
    const { ranges, units } = network(job, [layer(64, 32), layer(32, 10)], unitScaling(job.data.features));
    expect(ranges?.slice(-2)).toEqual([
      [0, 16],
      [100, 400],
    ]);
    expect(units).toEqual({ chol: 'mg/dL' });
    expect(featuresOf({ ...digits, features: ['chol'], ranges: [[100, 400]], units: { chol: 'mg/dL' } })).toEqual([
      chol,
    ]);
  });

  it('of an earlier version, without ranges, is read', () => {
    const path = join(folder, 'earlier.json');
    const { ranges: _, ...earlier } = model;
    writeFileSync(path, JSON.stringify(earlier));
    expect(featuresOf(readModel(path))[0]).toEqual({
      name: 'mean_radius',
      low: Number.NEGATIVE_INFINITY,
      high: Number.POSITIVE_INFINITY,
    });
  });

  it('is refused with ranges or units of other features', () => {
    const path = join(folder, 'ranges.json');
    writeFileSync(path, JSON.stringify({ ...model, ranges: [[0, 1]], units: { mean_radios: 'mm' } }));
    expect(() => readModel(path)).toThrow(
      expect.objectContaining({
        problems: [
          'line 1: ranges must have 30 ranges, one for each feature, not 1',
          "line 1: units.mean_radios is no feature; did you mean 'mean_radius'?",
        ],
      }),
    );
  });

  it('is refused where a column stands twice', () => {
    const path = join(folder, 'twice.json');
    const [first, , ...others] = model.features;
    writeFileSync(path, JSON.stringify({ ...model, features: [first, first, ...others] }));
    const problems = ['line 1: features must not name a column twice'];
    expect(() => readModel(path)).toThrow(expect.objectContaining({ problems }));
  });

  it('is refused where it is YAML and no JSON', () => {
    const path = join(folder, 'changed.json');
    writeFileSync(path, JSON.stringify({ ...model, bias: 1 }).replace('"bias":1', '"bias":01'));
    expect(() => readModel(path)).toThrow(`the model file ${path} is not JSON`);
  });

  it('that is large is refused without looking for the place', () => {
    const path = join(folder, 'large.json');
    writeFileSync(path, JSON.stringify({ ...model, weights: Array(2 ** 20).fill(0.5) }));
    expect(() => readModel(path)).toThrow(`the model file ${path} is cut off or was changed`);
  });

  it('is refused when cut off', () => {
    const path = join(folder, 'cut.json');
    writeFileSync(path, JSON.stringify(model).slice(0, 200));
    expect(() => readModel(path)).toThrow(`the model file ${path} has`);
  });
});

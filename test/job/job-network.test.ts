/** Jobs whose model is of layers: what is read of them, how what does not fit is told, and what of a trained one is predicted. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseJob } from '../../src/job/file/job-file.ts';
import { architectureOf, attackedArchitecture, jobPlan } from '../../src/job/file/task.ts';
import { buildModel } from '../../src/job/model/build-model.ts';
import { readModel } from '../../src/job/model/model-file.ts';
import { predictRows } from '../../src/job/model/predict.ts';

const EXAMPLE = readFileSync(new URL('../../examples/digits-mlp.yaml', import.meta.url), 'utf8');
const MODEL = /model:\n( {2}.*\n)+/;
const LAYERS = [
  '{ conv2d: { filters: 4, kernel: 3, padding: 1 } }',
  '{ activation: relu }',
  '{ averagePool: 2 }',
  '{ dense: 8 }',
  '{ activation: sigmoid }',
];
const file = (layers: readonly string[], input = '[8, 8, 1]') =>
  EXAMPLE.replace(
    MODEL,
    `model:\n  type: network\n  input: ${input}\n  layers: [${layers.join(', ')}]\n  output: softmax\n`,
  );
const read = (content: string) => parseJob(content, 'job.yaml');

describe('a job of layers', () => {
  it('is read with its defaults, and planned', () => {
    const job = read(file(LAYERS));
    expect(job.model).toEqual({
      type: 'network',
      input: { height: 8, width: 8, channels: 1 },
      layers: [
        { type: 'conv2d', filters: 4, kernel: 3, stride: 1, padding: 1 },
        { type: 'activation', function: 'relu' },
        { type: 'averagePool', size: 2 },
        { type: 'dense', width: 8 },
        { type: 'activation', function: 'sigmoid' },
      ],
      output: 'softmax',
      initial: 'he',
    });
    expect(architectureOf(job)).toMatchObject({ inputs: 64, outputs: 10 });
    expect(jobPlan(job).phases.length).toBeGreaterThan(0);
  });

  it('of dense layers alone has the plan of an mlp', () => {
    const optimiser = (content: string) => content.replace(/ {2}batch:/, '  optimiser: momentum\n  batch:');
    const dense = optimiser(file(['{ dense: 12 }', '{ activation: relu }']));
    const mlp = optimiser(EXAMPLE.replace(MODEL, 'model: { type: mlp, hidden: [12], output: softmax }\n'));
    expect(jobPlan(read(dense))).toEqual(jobPlan(read(mlp)));
  });

  it.each([
    [file(LAYERS, '[8, 8, 2]'), 'model.input must have as many entries as there are features, 64: 8 · 8 · 2 are 128'],
    [file(['{ averagePool: 3 }']), 'model.layers[0].averagePool must have another size: what comes in is 8 by 8'],
    [file(['{ conv2d: { filters: 4, kernel: 9 } }']), 'model.layers[0].conv2d must have another kernel'],
    [file(['{ conv2d: { filters: 4 } }']), 'model.layers[0].conv2d.kernel'],
    [file(['{ pool: 3 }']), 'model.layers[0]'],
    [file(['{ dense: 3, activation: relu }']), 'model.layers[0] must be a mapping with one of dense, activation'],
  ])('is refused by its keys %#', (content, says) => {
    expect(() => read(content)).toThrow(says);
  });

  it('is refused with privacy, and by the attacks of an audit', () => {
    const job = read(file(LAYERS));
    expect(() => attackedArchitecture(job)).toThrow('attacks of an audit know models of type logistic and mlp');
    const isPrivate = `${file(LAYERS)}privacy: { epsilon: 3, delta: 1e-5, clip: 1, sampling: public }\n`;
    expect(() => read(isPrivate)).toThrow('model.type must be logistic or mlp with privacy');
  });

  it('of dense layers alone predicts what an mlp predicts', () => {
    const jobs = [
      read(file(['{ dense: 12 }', '{ activation: relu }'])),
      read(EXAMPLE.replace(MODEL, 'model: { type: mlp, hidden: [12], output: softmax }\n')),
    ];
    const wave = (length: number, pace: number) => Float64Array.from({ length }, (_, i) => Math.sin(pace * (i + 1)));
    const trained = {
      layers: [
        { weights: wave(64 * 12, 1.3), bias: wave(12, 2.1) },
        { weights: wave(12 * 10, 0.7), bias: wave(10, 1.9) },
      ],
      scaling: { centre: new Float64Array(64), scale: new Float64Array(64).fill(16) },
    };
    const from = { digests: { job: 'j', plan: 'p' }, trefoil: '0', created: new Date(0) };
    const rows = wave(64 * 3, 0.9).map((x) => 8 + 8 * x);
    const [network, mlp] = jobs.map((job) => predictRows(buildModel(job, trained, from), rows, 3));
    expect(network).toEqual(mlp);
    const path = join(mkdtempSync(join(tmpdir(), 'trefoil-network-')), 'model.json');
    const model = buildModel(jobs[0], trained, from);
    writeFileSync(path, JSON.stringify(model));
    expect(readModel(path)).toEqual(JSON.parse(JSON.stringify(model)));
    writeFileSync(path, JSON.stringify({ ...model, layers: [{ dense: 13 }] }));
    expect(() => readModel(path)).toThrow('parameters[0] must have 832 weights');
  });
});

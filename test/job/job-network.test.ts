/** Jobs whose model is of layers: what is read of them, how what does not fit is told, and what of a trained one is predicted. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { jobDigest } from '../../src/job/file/digest.ts';
import { parseJob } from '../../src/job/file/job-file.ts';
import { architectureOf, jobPlan } from '../../src/job/file/task.ts';
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
const file = (layers: readonly string[], input?: string) =>
  EXAMPLE.replace(
    MODEL,
    `model:\n${input === undefined ? '' : `  input: ${input}\n`}  layers: [${layers.join(', ')}]\n  output: softmax\n`,
  );
const model = (keys: string) => EXAMPLE.replace(MODEL, `model: { ${keys}, output: softmax }\n`);
const image = (layers: readonly string[]) => file(layers, '[8, 8, 1]');
const read = (content: string) => parseJob(content, 'job.yaml');

const DENSE = ['{ dense: 12 }', '{ activation: relu }'];

describe('a job of layers', () => {
  it('is read with its defaults, and planned', () => {
    const job = read(image(LAYERS));
    expect(job.model).toEqual({
      type: 'mlp',
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

  it('of dense layers alone is the job of their short form', () => {
    const short = read(EXAMPLE.replace(MODEL, 'model: { type: mlp, hidden: [12], output: softmax }\n'));
    for (const content of [file(DENSE), image(DENSE)]) {
      const job = read(content);
      expect(job).toEqual(short);
      expect(jobDigest(job)).toBe(jobDigest(short));
      expect(jobPlan(job)).toEqual(jobPlan(short));
    }
  });

  it.each([
    [file(LAYERS, '[8, 8, 2]'), 'model.input must have as many entries as there are features, 64: 8 · 8 · 2 are 128'],
    [image(['{ averagePool: 3 }']), 'model.layers[0].averagePool must have another size: what comes in is 8 by 8'],
    [image(['{ conv2d: { filters: 4, kernel: 9 } }']), 'model.layers[0].conv2d must have another kernel'],
    [file(['{ averagePool: 2 }']), 'what comes in is 1 by 1, which no squares of 2 fill; model.input says the shape'],
    [image(['{ conv2d: { filters: 4 } }']), 'model.layers[0].conv2d.kernel'],
    [image(['{ pool: 3 }']), 'model.layers[0]'],
    [image(['{ dense: 3, activation: relu }']), 'model.layers[0] must be a mapping with one of dense, activation'],
    [model('hidden: [3], layers: [{ dense: 3 }]'), 'model.hidden must be left out with layers'],
    [model('activation: relu, layers: [{ dense: 3 }]'), 'model.activation must be left out with layers'],
    [model('hidden: [3], input: [8, 8, 1]'), 'model.input must be left out with hidden'],
    [model('initial: he'), 'model.layers is missing: a model has layers, or their short form hidden'],
  ])('is refused by its keys %#', (content, says) => {
    expect(() => read(content)).toThrow(says);
  });

  it('begins its weights as its first activation asks', () => {
    const initial = (...layers: string[]) => read(file(layers)).model.initial;
    expect(initial('{ dense: 3 }', '{ activation: sigmoid }')).toBe('glorot');
    expect(initial('{ dense: 3 }', '{ activation: relu }', '{ dense: 3 }', '{ activation: sigmoid }')).toBe('he');
    expect(initial('{ dense: 3 }')).toBe('he');
  });

  it.each([
    [image(LAYERS), 'model.layers[0].conv2d must be left out with privacy: its gradient is a sum over places'],
    [image(LAYERS), 'model.layers[2].averagePool must be left out with privacy'],
    [
      file(['{ dense: 3 }', '{ dense: 3 }']),
      'model.layers must be others with privacy: what a record adds is proved for dense',
    ],
    [file([...DENSE, '{ dense: 3 }', '{ activation: sigmoid }']), 'dense layers with the same activation behind each'],
  ])('is refused with privacy where rows can not be clipped %#', (content, says) => {
    expect(() => read(`${content}privacy: { epsilon: 3, delta: 1e-5, clip: 1, sampling: public }\n`)).toThrow(says);
  });

  it('may be released by an auditor, or by counts on shares', () => {
    const gated = (audit: string) => jobPlan(read(`${image(LAYERS)}audit: { maxMembershipAdvantage: 0.2${audit} }\n`));
    expect(JSON.stringify(gated(', auditor: east').phases)).toContain('audited weights 1');
    expect(gated('').phases.map(({ name }) => name)).toContain('release gate');
  });

  it('of dense layers alone predicts what an mlp predicts', () => {
    const jobs = [
      read(image([...DENSE, '{ averagePool: 1 }'])),
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
    writeFileSync(
      path,
      JSON.stringify({ ...model, layers: [{ dense: 13 }, { activation: 'relu' }, { averagePool: 1 }] }),
    );
    expect(() => readModel(path)).toThrow('parameters[0] must have 832 weights');
  });
});

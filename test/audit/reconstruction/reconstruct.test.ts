/** The report on federated learning: every attack that applies to a network, as plain data, the same for the same seed. */
import { describe, expect, it } from 'vitest';
import { chosenRecords } from '../../../src/audit/models/chosen-records.ts';
import type { Reconstruction } from '../../../src/audit/reconstruction/planned-attack.ts';
import { attackFederated } from '../../../src/audit/reconstruction/reconstruct.ts';
import { layersOf } from '../../../src/graph/layers/short-form.ts';
import type { Architecture } from '../../../src/graph/mlp.ts';
import { clouds, SMALL } from '../statistics/clouds.ts';

const ALL = clouds(120, 0, 'owners');
const RANGE = [Math.min(...ALL.features), Math.max(...ALL.features)] as const;
const setting = (architecture: Architecture): Reconstruction => ({
  architecture,
  owners: [0, 1, 2].map((owner) => {
    const own = chosenRecords(
      ALL,
      Array.from({ length: 40 }, (_, i) => 40 * owner + i),
    );
    if (architecture.output === 'softmax') return own;
    // A target that is predicted exactly, as 0 is at the start, leaves no gradient.
    const lowest = architecture.output === 'linear' ? 1 : 0;
    return { ...own, labels: own.labels.map((label) => lowest + (label % 2)) };
  }),
  ...{ range: RANGE, featureNames: Array.from({ length: ALL.columns }, (_, i) => `feature ${i}`) },
  ...{ initial: 'he', rate: 0.1, seed: 'report', isQuick: true },
});

const PASSIVE = [
  'inverting a FedSGD update',
  'inverting a FedAvg update, local steps on the same records',
  'inverting a FedAvg update, local steps on fresh records',
];

describe.each([
  [
    'a ReLU network',
    SMALL,
    [...PASSIVE, 'planted weights', 'differencing shared models', 'what each class looks like'],
  ],
  [
    'a sigmoid network',
    { ...SMALL, layers: layersOf({ hidden: [24], activation: 'sigmoid' }), output: 'sigmoid', outputs: 1 },
    [...PASSIVE, 'differencing shared models', 'what each class looks like'],
  ],
  [
    'logistic regression',
    { ...SMALL, layers: [], output: 'sigmoid', outputs: 1 },
    [...PASSIVE, 'differencing shared models', 'what each class looks like'],
  ],
  [
    'linear regression',
    { ...SMALL, layers: [], output: 'linear', outputs: 1 },
    [...PASSIVE, 'differencing shared models'],
  ],
] as const)('%s', (_, architecture, attacks) => {
  it('is attacked by all that applies', async () => {
    const seen: number[] = [];
    const report = await attackFederated({
      ...setting(architecture),
      onProgress: (done, of) => seen.push(done / of),
    });
    expect([...new Set(report.results.map(({ attack }) => attack))]).toEqual(attacks);
    expect(seen.at(-1)).toBe(1);
    const [single] = report.results;
    expect(single).toMatchObject({ adversary: 'server', batch: 1, score: { exact: { value: 1 } } });
    for (const { score, baselines, examples, limits, method } of report.results) {
      expect([score, ...baselines.map((baseline) => baseline.score)].every(({ meanPsnr }) => meanPsnr >= 0)).toBe(true);
      expect(baselines.map(({ name }) => name)).toEqual(['the mean record', 'random numbers']);
      expect(examples.length).toBeGreaterThan(0);
      expect(limits.length).toBeGreaterThan(0);
      expect(method.length).toBeGreaterThan(40);
    }
    expect(report.curves.map(({ attack }) => attack)).toContain('inverting a FedSGD update');
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    if (architecture.layers.length === 0) expect(await attackFederated(setting(architecture))).toEqual(report);
  });
});

it('a convolution is attacked by what needs no dense layer', async () => {
  const architecture: Architecture = {
    ...SMALL,
    image: { height: 2, width: 2, channels: 1 },
    layers: [
      { type: 'conv2d', filters: 6, kernel: 2, stride: 1, padding: 1 },
      { type: 'activation', function: 'relu' },
      { type: 'averagePool', size: 3 },
    ],
  };
  const { results } = await attackFederated(setting(architecture));
  const attacks = [...PASSIVE, 'differencing shared models', 'what each class looks like'];
  expect([...new Set(results.map(({ attack }) => attack))]).toEqual(attacks);
  const [single] = results;
  expect(single).toMatchObject({ adversary: 'server', batch: 1, method: expect.stringContaining('gradient matching') });
  expect(single.limits).toContainEqual(expect.stringContaining('a sum over places'));
  for (const { score } of results) expect(score.meanPsnr).toBeGreaterThanOrEqual(0);
});

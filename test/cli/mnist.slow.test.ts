/** MNIST from its package, trained on shares as a user would, `train examples/mnist-mlp.yaml --local`: dense layers, convolutions, and differential privacy. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import type { Report } from '../../src/job/report/report.ts';
import { Program } from './program.ts';

interface JobFile {
  parties: { name: string; train: number; test: number }[];
  training: { epochs: number };
}

interface ImageFiles {
  readonly images: string;
  readonly labels: string;
  readonly rows: readonly [first: number, end: number];
}

/** Runs the job, of each party `images(n)` of its n images, with everything that is written in a folder of its own. */
async function train(example: string, images: (all: number) => number, epochs: number): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), 'mnist-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const job = parse(readFileSync(`examples/${example}.yaml`, 'utf8')) as JobFile;
  job.training.epochs = epochs;
  for (const party of job.parties) {
    Object.assign(party, { train: images(party.train), test: images(party.test) });
    const config = parse(readFileSync(`parties/${party.name}.yaml`, 'utf8'));
    const files = Object.entries<ImageFiles>(config.data[example]).map(
      ([
        kind,
        {
          images,
          labels,
          rows: [first],
        },
      ]) => {
        const rows = [first, first + party[kind as 'train' | 'test']];
        return [kind, { images: resolve('parties', images), labels: resolve('parties', labels), rows }];
      },
    );
    const own = { ...config, data: Object.fromEntries(files), output: join(folder, 'out', party.name) };
    writeFileSync(join(folder, `${party.name}.yaml`), JSON.stringify(own));
  }
  const [jobFile, report] = [join(folder, 'job.json'), join(folder, 'report.json')];
  writeFileSync(jobFile, JSON.stringify(job));
  const args = ['train', jobFile, '--local', '--configs', folder, '--report', report];
  const program = new Program('dist/src/cli/main.js', args);
  expect(await program.ended, program.output).toMatchObject({ status: 0 });
  return JSON.parse(readFileSync(report, 'utf8')) as Report;
}

// Of 24 steps at a rate of 0.5 from random weights only what was planned can be expected: they amplify any rounding a thousandfold.
it('trains on a few images of each hospital', async () => {
  const { steps, cost, divergence, quality } = await train('mnist-mlp', (all) => Math.min(all, 512), 2);
  expect(steps).toBe(2 * Math.floor((3 * 512) / 128));
  expect(cost.counted).toEqual(cost.planned);
  expect(divergence).toMatchObject({ steps, ofSteps: steps });
  // Chance is 0.1.
  expect(quality.test.accuracy).toBeGreaterThan(0.3);
  expect(quality.plaintext?.accuracy).toBeGreaterThan(0.3);
});

it('is right on 97 % of the held-out images, within 0.3 points of the float64 twin', async () => {
  const { cost, divergence, quality } = await train('mnist-mlp', (all) => all, 5);
  expect(quality.test.accuracy).toBeGreaterThanOrEqual(0.97);
  expect(Math.abs((quality.test.accuracy ?? 0) - (quality.plaintext?.accuracy ?? 0))).toBeLessThanOrEqual(0.003);
  expect(cost.counted).toEqual(cost.planned);
  expect(divergence?.steps).toBeLessThan(divergence?.ofSteps ?? 0);
});

it('is right on 98.5 % with convolutions, within 0.3 points of the float64 twin', async () => {
  const { cost, quality } = await train('mnist-convolution', (all) => all, 5);
  expect(quality.test.accuracy).toBeGreaterThanOrEqual(0.985);
  expect(Math.abs((quality.test.accuracy ?? 0) - (quality.plaintext?.accuracy ?? 0))).toBeLessThanOrEqual(0.003);
  expect(cost.counted).toEqual(cost.planned);
});

it('is right on 93 % with differential privacy, ε = 3 and δ = 1e-5', async () => {
  const { cost, privacy, quality } = await train('mnist-private', (all) => all, 10);
  expect(privacy).toMatchObject({ epsilon: 3, delta: 1e-5, sampling: 'poisson' });
  expect(privacy?.spent).toBeLessThanOrEqual(3);
  expect(privacy?.spentTowardsOutsiders).toBeLessThan(privacy?.spent ?? 0);
  expect(quality.test.accuracy).toBeGreaterThanOrEqual(0.93);
  expect(cost.counted).toEqual(cost.planned);
  // 16 % were clipped in the runs seen.
  expect(privacy?.unclippedShare).toBeGreaterThan(0.7);
  expect(privacy?.unclippedShare).toBeLessThan(0.95);
});

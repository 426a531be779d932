/** A job with everything that training can ask for, in real processes: Adam, clipped gradients, and early stopping before the last epoch. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { LocalSite } from './local-site.ts';

const ALL = ['north', 'east', 'south'];
const EPOCHS = 12;

interface WrittenJob {
  name: string;
  parties: object[];
  model: object;
  training: object;
  reveal: object;
}

it.each(['honest-majority', 'dealer'] as const)('stops early in %s mode, and reports what ran', async (trust) => {
  const site = new LocalSite();
  for (const name of ['east', 'south'] as const) {
    site.changeConfig(name, ({ data, ...config }) => ({
      ...config,
      data: { train: data?.train ?? '', test: data?.test ?? '', validation: data?.test ?? '' },
    }));
  }
  const job = parse(readFileSync('examples/breast-cancer-logistic.yaml', 'utf8')) as WrittenJob;
  Object.assign(job, {
    name: 'early',
    parties: job.parties.map((party, i) => (i === 0 ? party : { ...party, validation: 57 })),
    model: { type: 'mlp', hidden: [8], output: 'sigmoid' },
    training: {
      epochs: EPOCHS,
      batch: 64,
      learningRate: 0.01,
      optimiser: 'adam',
      clipGradient: 0.5,
      earlyStopping: { metric: 'accuracy', patience: 1 },
    },
    reveal: { moments: ALL, validation: ALL, metrics: { accuracy: ALL }, model: ['north'] },
  });
  const file = join(site.folder, 'early.yaml');
  writeFileSync(file, JSON.stringify(job));
  const train = site.train(file, '--trust', trust, '--report', site.report);
  expect(await train.ended, train.output).toMatchObject({ status: 0 });

  const { earlyStopping, steps, cost, quality, learnt, openings } = site.readReport();
  const { epochs = 0, best = 0, values = [] } = earlyStopping ?? {};
  expect(earlyStopping?.metric).toBe('accuracy');
  expect(epochs).toBeLessThan(EPOCHS);
  expect(epochs).toBe(best + 1);
  expect(values).toHaveLength(epochs);
  expect(steps).toBe(epochs * Math.floor(455 / 64));
  expect(cost.counted).toEqual(cost.planned);
  expect(openings.find(({ name }) => name === 'validation accuracy')).toMatchObject({ times: epochs, to: ALL });
  // The validation rows are the test rows here, so the model released is the one of the best epoch. A row next to the boundary may change
  // sides with the rounding of another evaluation.
  expect(Math.abs((quality.test.accuracy ?? 0) - Math.max(...values))).toBeLessThanOrEqual(1 / 114 + 1e-9);
  expect(quality.test.accuracy).toBeGreaterThan(0.8);
  expect(learnt.east.join()).toContain('number of validation rows classified rightly, after an epoch');
  expect(train.stdout).toMatch(
    /stopped by accuracy on the validation rows after \d+ epochs: the model is that of epoch \d+; in the clear \d+/,
  );
});

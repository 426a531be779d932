/** A job that no node can hold is refused from its plan, with what would fit; records lie beside what kernels address. */

import { describe, expect, it } from 'vitest';
import { layersOf } from '../../src/graph/layers/short-form.ts';
import type { Job } from '../../src/job/file/job.ts';
import { loadJob } from '../../src/job/file/job-file.ts';
import { jobPlan } from '../../src/job/file/task.ts';
import { planCost } from '../../src/plan/quote/cost.ts';
import { TRUST } from '../protocol/harness.ts';

const GIB = 2 ** 30;

describe.each(TRUST)('in %s', (trust) => {
  const digits = loadJob('examples/digits-mlp.yaml', trust);
  const wide = (batch: number): Job => ({
    ...digits,
    model: { ...digits.model, layers: layersOf({ hidden: [4096, 2048], activation: 'relu' }) },
    training: { ...digits.training, batch },
  });

  it('names the largest batch that fits', () => {
    const planned = () => jobPlan(wide(4000));
    expect(planned).toThrow(
      /need \d+\.\d GiB at a node, which can address 4\.0 GiB; with training\.batch \d+ in place of 4000/,
    );
    let named = 0;
    try {
      planned();
    } catch (error) {
      named = Number(/training\.batch (\d+)/.exec(`${error}`)?.[1]);
    }
    expect(Math.max(...Object.values(planCost(jobPlan(wide(named))).addressed))).toBeLessThanOrEqual(4 * GIB);
    expect(() => jobPlan(wide(Math.ceil(named * 1.3)))).toThrow('training.batch');
  });

  it('plans two layers of 4096 over 784 features, at 1024 rows a batch', () => {
    const mnist = loadJob('examples/mnist-mlp.yaml', trust);
    const model = { ...mnist.model, layers: layersOf({ hidden: [4096, 4096], activation: 'relu' }) };
    const plan = jobPlan({ ...mnist, model, training: { ...mnist.training, epochs: 1, batch: 1024 } });
    for (const bytes of Object.values(planCost(plan).addressed)) expect(bytes).toBeLessThan(3.25 * GIB);
  });

  it('says where no batch makes it fit', () => {
    const hidden = [2 ** 14, 2 ** 13];
    const model = { ...digits.model, layers: layersOf({ hidden, activation: 'relu' }) };
    const training = { ...digits.training, learningRate: { schedule: 'constant', initial: 0.001 } as const, epochs: 1 };
    expect(() => jobPlan({ ...digits, model, training })).toThrow('no training.batch makes it fit');
  });

  it('does not count records, of which there may be more than kernels can address', () => {
    const [first, second, third] = digits.parties.map((party) => ({ ...party, train: 10_000_000 }));
    const { memory, addressed } = planCost(jobPlan({ ...digits, parties: [first, second, third] }));
    const evaluator = trust === 'dealer' ? 'north' : 'east';
    expect(memory[evaluator] - addressed[evaluator]).toBeGreaterThan(30_000_000 * 8 * 64);
    expect(addressed[evaluator]).toBeLessThan(GIB / 4);
  });
});

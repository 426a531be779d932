/** Small steps have the heap collected often, so that memory is flat however many there are; wide networks seldom, since marking costs them most. */
import { describe, expect, it } from 'vitest';
import { loadJob } from '../../src/job/job-file.ts';
import { jobMemory } from '../../src/job/process-memory.ts';
import { jobPlan } from '../../src/job/task.ts';
import { planCost } from '../../src/plan/cost.ts';
import { heapGrowth } from '../../src/plan/heap.ts';
import { TRUST } from '../protocol/harness.ts';

describe.each(TRUST)('in %s', (trust) => {
  it.each([
    ['breast-cancer-logistic', 100],
    ['digits-mlp', 100],
    ['mnist-mlp', 400],
  ])('%s', (example, percent) => {
    const plan = jobPlan(loadJob(`examples/${example}.yaml`, trust));
    expect(heapGrowth(plan, planCost(plan)).percent).toBe(percent);
  });

  it('quotes little more for many sessions than for few', () => {
    const job = loadJob('examples/breast-cancer-logistic.yaml', trust);
    const [few, many] = [1, 1000].map((epochs) => {
      const longer = { ...job, training: { ...job.training, epochs } };
      return jobMemory(longer, jobPlan(longer));
    });
    for (const node of Object.keys(few)) expect(many[node] - few[node]).toBeLessThan(52 * 2 ** 20);
  });
});

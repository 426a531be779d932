/** The quote for a node's process: its tensors, and of a wide network's messages no more than there is before memory is collected. */

import { expect, it } from 'vitest';
import { layersOf } from '../../src/graph/layers/short-form.ts';
import { loadJob } from '../../src/job/file/job-file.ts';
import { jobPlan } from '../../src/job/file/task.ts';
import { jobMemory } from '../../src/job/node/job-memory.ts';
import { planCost } from '../../src/plan/quote/cost.ts';
import { TRUST } from '../protocol/harness.ts';

it.each(TRUST)('a wide network in %s', (trust) => {
  const digits = loadJob('examples/digits-mlp.yaml', trust);
  const model = { ...digits.model, layers: layersOf({ hidden: [4096, 2048], activation: 'relu' }) };
  const job = { ...digits, model, training: { ...digits.training, batch: 128, epochs: 1 } };
  const plan = jobPlan(job);
  const cost = planCost(plan);
  const quotes = jobMemory(job, plan, cost);
  for (const node of plan.roles.nodes) {
    const beside = quotes[node] - cost.memory[node];
    expect(beside).toBeGreaterThan(2 ** 28);
    expect(beside).toBeLessThan(2 ** 29);
  }
});

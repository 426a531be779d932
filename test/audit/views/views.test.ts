/** What nodes see of a run is uniform and tells nothing of the records; where masks are broken, the tests say so. */
import { expect, it } from 'vitest';
import { ViewTests } from '../../../src/audit/views/view-tests.ts';
import { trainingPlan } from '../../../src/plan/training/training-plan.ts';
import type { InputsOf } from '../../../src/runtime/clear/simulate.ts';
import { inputsOf, taskOf } from '../../runtime/task.ts';
import { failingIn, failures, isDealer } from './failures.ts';
import { memoryRun } from './memory-run.ts';
import {
  bareCorrections,
  bareShares,
  correctionsBareToTwo,
  type Mutant,
  oneBareBit,
  SEEN_BY_ALL,
  streamOfTwo,
} from './mutants.ts';

/** All right on so many runs is more than chance, for all views of a trust mode together. */
const PAIRS = 13;

async function game(mutant?: Mutant) {
  const task = taskOf({ epochs: 1 });
  const plan = trainingPlan(task);
  const inputs = inputsOf(task);
  const zeros: InputsOf = (owner) => (name, revealed, rows) => inputs(owner)(name, revealed, rows).fill(0);
  const tests = new ViewTests(plan);
  for (let pair = 0; pair < PAIRS; pair++) {
    tests.add('a', await memoryRun(plan, inputs, `a ${pair}`, mutant));
    tests.add('b', await memoryRun(plan, zeros, `b ${pair}`, mutant));
  }
  return tests.twoWorlds();
}

it.each(['dealer', 'honest-majority'] as const)('in %s, what every adversary sees looks uniform', async (trust) => {
  const views = await failures(trust);
  expect(views).toHaveLength(trust === 'dealer' ? 7 : 3);
  for (const { view, values, failed } of views) {
    if (isDealer(view)) expect(values).toBe(0);
    else expect(values, view).toBeGreaterThan(5000);
    expect(failed, view).toEqual([]);
  }
});

it('nobody can tell the records of a run from others', async () => {
  for (const { view, advantage } of await game()) {
    expect(advantage.lower, view).toBeLessThanOrEqual(0);
    expect(advantage.upper, view).toBeGreaterThanOrEqual(0);
  }
});

it.each(Object.entries(SEEN_BY_ALL))('%s: seen by every evaluator', async (_, mutant) => {
  for (const { view, failed } of await failures('honest-majority', mutant)) {
    if (!isDealer(view)) expect(failed, view).not.toEqual([]);
  }
});

it('corrections that nobody hides: seen by the last evaluator', async () => {
  expect(await failingIn('honest-majority', bareCorrections)).toEqual(['honest-majority: south']);
});

it('one bit without a mask in every record: tells every evaluator the records of the others', async () => {
  for (const { view, advantage } of await game(oneBareBit)) {
    if (!isDealer(view)) expect(advantage.lower, view).toBeGreaterThan(0);
  }
});

it('shares that are sent without a mask: seen by the one other evaluator, and by two others together', async () => {
  expect(await failingIn('honest-majority', bareShares)).toContain('honest-majority: east');
  expect(await failingIn('dealer', bareShares)).toContain('dealer: north and east');
});

it('corrections that lack the mask of one: seen by two together alone', async () => {
  expect(await failingIn('dealer', correctionsBareToTwo)).toEqual(['dealer: north and south']);
});

it('two evaluators of three that share one stream: seen by all', async () => {
  expect(await failingIn('dealer', streamOfTwo)).toHaveLength(6);
});

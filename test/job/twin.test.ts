/** The plans that the twins run have other values than the job's, and do what the job's does. */
import { describe, expect, it } from 'vitest';
import type { Records } from '../../src/data/records.ts';
import { loadJob } from '../../src/job/file/job-file.ts';
import { firstStepsPlan, jobPlan, twinPlan } from '../../src/job/file/task.ts';
import { ownerInputs } from '../../src/job/node/owner.ts';
import { recordsOfFirstSteps, stepsToCompare } from '../../src/job/rehearsal/first-steps.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { publicStreams } from '../../src/prg/session-keys.ts';
import { Float64Twin } from '../../src/runtime/clear/plaintext.ts';
import { initialValues } from '../../src/runtime/initial.ts';

const order = publicStreams(new Uint8Array(32).fill(7));

describe('the plan of the twins', () => {
  it.each(['honest-majority', 'dealer'] as const)('begins with the initial weights of the run, in %s', (trust) => {
    const job = loadJob('examples/digits-mlp.yaml', trust);
    const initial = (plan: Plan) =>
      plan.state.flatMap((state) =>
        state.initial === undefined
          ? []
          : [[plan.values[state.value].name, initialValues(plan, state, order)] as const],
      );
    const [run, twin] = [jobPlan(job), twinPlan(job)].map(initial);
    expect(twin).toEqual(run);
    expect(run.map(([name]) => name)).toEqual(['weights 1', 'weights 2']);
    expect(run[0][1]).not.toEqual(run[1][1].slice(0, run[0][1].length));
  });
});

describe('the first steps of a large job', () => {
  const steps = 5;
  const job = loadJob('examples/digits-mlp.yaml');

  it('are those of the whole, on a part of the records', () => {
    const whole = twinPlan(job);
    const part = firstStepsPlan(job, steps);
    const { rows } = whole.training;
    const features = new Float64Array(rows * 64).map((_, i) => (i * 7919) % 17);
    const train: Records = { features, labels: new Float64Array(rows).map((_, i) => i % 10), rows, columns: 64 };
    const test = {
      features: features.subarray(0, 360 * 64),
      labels: train.labels.subarray(0, 360),
      rows: 360,
      columns: 64,
    };
    const weightsAfter = (plan: Plan, records: Records) => {
      const inputs = ownerInputs(job, { train: records, test });
      for (const { step, read } of new Float64Twin(plan, () => inputs, order).steps()) {
        if (step < steps) continue;
        return plan.state
          .filter(({ value }) => /weights|bias/.test(plan.values[value].name ?? ''))
          .map(({ value }) => read(value).slice());
      }
      return [];
    };
    const first = recordsOfFirstSteps(train, whole, part, order);
    expect(first.rows).toBe(steps * job.training.batch);
    const after = weightsAfter(part, first);
    expect(after).toHaveLength(4);
    expect(after).toEqual(weightsAfter(whole, train));
    expect([...new Float64Twin(part, () => ownerInputs(job, { train: first }), order).steps()]).toHaveLength(steps);
  });

  it('are all steps where they are few, and some of the first epoch otherwise', () => {
    expect(stepsToCompare(twinPlan(job))).toBe(1320);
    const mnist = twinPlan(loadJob('examples/mnist-mlp.yaml'));
    expect(stepsToCompare(mnist)).toBeGreaterThan(16);
    expect(stepsToCompare(mnist)).toBeLessThan(mnist.training.stepsPerEpoch);
  });
});

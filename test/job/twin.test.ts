/** The plan that the twins run has other values than the job's, and begins where the job's does. */
import { describe, expect, it } from 'vitest';
import { loadJob } from '../../src/job/job-file.ts';
import { jobPlan, twinPlan } from '../../src/job/task.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { publicStreams } from '../../src/prg/session-keys.ts';
import { initialValues } from '../../src/runtime/initial.ts';

describe('the plan of the twins', () => {
  it.each(['honest-majority', 'dealer'] as const)('begins with the initial weights of the run, in %s', (trust) => {
    const job = loadJob('examples/digits-mlp.yaml', trust);
    const order = publicStreams(new Uint8Array(32).fill(7));
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

/** Views of real runs over gRPC: complete, of fresh keys each time, and nothing in them for a dealer. */
import { describe, expect, it } from 'vitest';
import { ViewTests } from '../../src/audit/views/view-tests.ts';
import { SEQUENCES, ViewWords } from '../../src/audit/views/view-words.ts';
import { invariant } from '../../src/errors.ts';
import { auditedJob } from '../../src/job/audit/audited-job.ts';
import { loadJob, withTrust } from '../../src/job/file/job-file.ts';
import { jobPlan } from '../../src/job/file/task.ts';
import { ownerInputs } from '../../src/job/node/owner.ts';
import { auditIdentities, recordedRun } from '../../src/job/rehearsal/recorded-run.ts';
import { planCost } from '../../src/plan/quote/cost.ts';
import { madeUpRecords } from './made-up-records.ts';

const job = auditedJob(loadJob('examples/breast-cancer-logistic.yaml'));
const records = madeUpRecords(job);
const inputs = (node: string) => ownerInputs(job, records.get(node) ?? {});

describe.each(['honest-majority', 'dealer'] as const)('in %s', (trust) => {
  it('every node keeps what it received, and the audit finds nothing in it', async () => {
    const plan = jobPlan(withTrust(job, trust));
    const identities = await auditIdentities(plan);
    const first = await recordedRun(plan, inputs, identities);
    const second = await recordedRun(plan, inputs, identities);
    expect([...first.keys()]).toEqual(plan.roles.nodes);

    const { phases } = planCost(plan);
    for (const [node, { transcript }] of first) {
      const planned = phases.flatMap(({ traffic, repeat }) =>
        traffic.map(({ to, kind, bytes }) => ({ to, kind, bytes: repeat * bytes })),
      );
      for (const kind of ['opening', 'input', 'output', 'correction'] as const) {
        const received = transcript.messages
          .filter((message) => message.direction === 'received' && message.kind === kind)
          .reduce((sum, { payload }) => sum + payload.length, 0);
        const expected = planned
          .filter((each) => each.to === node && each.kind === kind)
          .reduce((sum, { bytes }) => sum + bytes, 0);
        expect(received, `${node} ${kind}`).toBe(expected);
      }
      if (node !== plan.roles.dealer) continue;
      const kinds = new Set(transcript.messages.map(({ kind }) => kind));
      expect([...kinds].sort()).toEqual(trust === 'dealer' ? ['credit', 'ready'] : ['credit', 'output', 'ready']);
    }

    const words = new ViewWords(plan);
    const openedIn = (run: typeof first) => {
      const view = run.get('east');
      invariant(view !== undefined, 'east took part');
      return words.of([view]).get(SEQUENCES.opened) ?? new BigUint64Array(0);
    };
    const [one, other] = [openedIn(first), openedIn(second)];
    expect(one.length).toBeGreaterThan(300);
    expect(other.length).toBe(one.length);
    expect(one.some((word, i) => word === other[i])).toBe(false);

    const tests = new ViewTests(plan);
    tests.add('a', first);
    tests.add('a', second);
    for (const { view, failed } of tests.uniformity()) expect(failed, view).toEqual([]);
  });
});

it('a run that is stopped ends', async () => {
  const plan = jobPlan(job);
  const stop = new AbortController();
  const run = recordedRun(plan, inputs, await auditIdentities(plan), stop.signal);
  stop.abort('the test');
  await expect(run).rejects.toMatchObject({ code: 'TREFOIL_ABORTED' });
});

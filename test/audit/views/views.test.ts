/** What evaluators see opened is uniform in a real run, and is not where masks are broken. */
import { describe, expect, it } from 'vitest';
import { openedRingElements } from '../../../src/audit/views/opened-values.ts';
import { TranscribedLink, Transcript } from '../../../src/audit/views/transcript.ts';
import { uniformity } from '../../../src/audit/views/uniformity.ts';
import { invariant } from '../../../src/errors.ts';
import { trainingPlan } from '../../../src/plan/training-plan.ts';
import { createOffer } from '../../../src/prg/session-keys.ts';
import { runEvaluator } from '../../../src/runtime/evaluator.ts';
import { openSession, runRole } from '../../../src/runtime/session.ts';
import { memoryLinks } from '../../../src/transport/memory.ts';
import { inputsOf, taskOf } from '../../runtime/task.ts';
import { MUTATIONS, type Mutation, mutated } from './mutants.ts';

/** Runs a small job; gives the ring elements that each evaluator saw opened. */
async function viewsOf(trust: 'dealer' | 'honest-majority', mutation?: Mutation): Promise<Map<string, BigUint64Array>> {
  const task = taskOf({ trust, epochs: 40 });
  const plan = trainingPlan(task);
  const { roles } = plan;
  const offers = new Map(roles.nodes.map((name) => [name, createOffer()]));
  const mesh = memoryLinks(roles.nodes);
  const views = new Map<string, BigUint64Array>();
  await Promise.all(
    roles.nodes.map(async (self) => {
      const [own, plain] = [offers.get(self), mesh.get(self)];
      invariant(own !== undefined && plain !== undefined, 'every node has an offer and links');
      const transcript = new Transcript(2 ** 27);
      const links = new Map([...plain].map(([peer, link]) => [peer, new TranscribedLink(link, transcript)]));
      const keys = await openSession(self, roles, own, offers, links, 'audit');
      const shared =
        mutation === undefined
          ? keys.shared
          : new Map([...keys.shared].map(([peer, streams]) => [peer, mutated(streams, mutation)]));
      const silent = { onProgress: () => undefined, onRevealed: () => undefined };
      const inputs = inputsOf(task)(self);
      await runRole({ self, plan, threads: 1, links, ...keys, shared, inputs, ...silent }, runEvaluator);
      if (roles.evaluators.includes(self)) views.set(self, openedRingElements(plan, transcript.messages));
    }),
  );
  return views;
}

describe.each(['dealer', 'honest-majority'] as const)('in %s', (trust) => {
  it('opened ring elements look uniform to every evaluator', async () => {
    for (const [node, values] of await viewsOf(trust)) {
      expect(values.length, node).toBeGreaterThan(2000);
      expect(uniformity(values).failed, node).toEqual([]);
    }
  });

  it.each(Object.entries(MUTATIONS))('%s: caught', async (_, mutation) => {
    for (const [node, values] of await viewsOf(trust, mutation)) {
      expect(uniformity(values).failed, node).not.toEqual([]);
    }
  });
});

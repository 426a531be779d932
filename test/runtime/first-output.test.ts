/**
 * A party that refuses at the last moment, before the message without which nobody gets the first output: nobody learns anything then. That moment is not
 * before its records are shared, so that a peer which goes while they are costs nothing.
 */
import { describe, expect, it } from 'vitest';
import type { Plan, TrustMode } from '../../src/plan/plan.ts';
import { trainingPlan } from '../../src/plan/training/training-plan.ts';
import { createOffer } from '../../src/prg/session-keys.ts';
import type { InputsOf } from '../../src/runtime/clear/simulate.ts';
import type { Node } from '../../src/runtime/node.ts';
import { openSession, runRole } from '../../src/runtime/session.ts';
import { memoryLinks } from '../../src/transport/memory-links.ts';
import { type Changes, EVERYTHING, inputsOf, NOBODY, NOTHING_BUT_THE_MODEL, PARTIES, taskOf } from './task.ts';

/** Turns of the event loop in which others come as far as they can. */
const TURNS = 300;

/** Runs the plan; each node with what `observe` says of it. Nodes that wait for one that failed are left waiting. */
async function run(plan: Plan, inputs: InputsOf, observe: (self: string) => Partial<Node>) {
  const { nodes } = plan.roles;
  const links = memoryLinks(nodes);
  const offers = new Map(nodes.map((name) => [name, createOffer()] as const));
  const runs = nodes.map(async (self) => {
    const [own, mine] = [offers.get(self), links.get(self)];
    if (own === undefined || mine === undefined) throw new Error('unreachable');
    const keys = await openSession(self, plan.roles, own, offers, mine, 'test');
    const silent = { onProgress: () => undefined, onRevealed: () => undefined };
    await runRole({ self, plan, threads: 1, links: mine, ...keys, inputs: inputs(self), ...silent, ...observe(self) });
  });
  const all = Promise.all(runs);
  for (const each of runs) each.catch(() => undefined);
  await all.catch(() => undefined);
  for (let turn = 0; turn < TURNS; turn++) await new Promise((done) => setImmediate(done));
}

const toOne = (name: string) => ({ ...NOTHING_BUT_THE_MODEL, model: [name] });
const JOBS: readonly (readonly [what: string, changes: Changes])[] = [
  ['nothing but the model, to all', {}],
  ['nothing but the model, to the first party', { reveal: toOne('north') }],
  ['nothing but the model, to the last party', { reveal: toOne('south') }],
  ['moments, losses and metrics', { moments: true, reveal: EVERYTHING }],
  ['a model with noise', { privacy: { norm: 1, noiseMultiplier: 1, countsMultiplier: 1 } }],
  ['a metric for one', { reveal: { ...toOne('east'), metrics: { ...NOBODY, accuracy: ['north'] } } }],
];

const CASES = (['honest-majority', 'dealer'] as const).flatMap((trust: TrustMode) =>
  JOBS.flatMap(([what, changes]) => PARTIES.map((party) => [trust, what, party, changes] as const)),
);

describe('before the first output', () => {
  it.each(CASES)('in %s mode, %s: %s can still prevent it', async (trust, _, party, changes) => {
    const task = taskOf({ ...changes, trust });
    const plan = trainingPlan(task);
    const learnt: string[] = [];
    let refused = 0;
    await run(plan, inputsOf(task), (self) => ({
      onRevealed: (name) => learnt.push(`${self} learns ${name}`),
      ...(self === party
        ? {
            beforeOutputs: () => {
              refused++;
              throw new Error('refused');
            },
          }
        : {}),
    }));
    expect(refused).toBe(1);
    expect(learnt).toEqual([]);
  });

  it.each(['honest-majority', 'dealer'] as const)(
    'in %s mode nobody commits itself before all records are shared',
    async (trust) => {
      const task = taskOf({ trust });
      const plan = trainingPlan(task);
      const { nodes, evaluators } = plan.roles;
      const done = new Map<string, number>();
      const at = new Map<string, Record<string, number>>();
      await run(plan, inputsOf(task), (self) => ({
        onProgress: (progress) => {
          if (progress.done === progress.of) done.set(self, (done.get(self) ?? 0) + 1);
        },
        beforeOutputs: () => {
          if (!at.has(self)) at.set(self, Object.fromEntries(done));
        },
      }));
      expect([...at.keys()].sort()).toEqual([...nodes].sort());
      const training = plan.sessions.findIndex(({ phase }) => plan.phases[phase].trains);
      expect(training).toBeGreaterThan(0);
      for (const [self, sessions] of at) {
        // An evaluator commits itself once it has trained. A dealer knows only that the evaluators have begun to.
        const [who, least] = evaluators.includes(self) ? [self, training] : [nodes[nodes.length - 1], training - 1];
        expect(sessions[who], self).toBeGreaterThan(least);
      }
    },
  );
});

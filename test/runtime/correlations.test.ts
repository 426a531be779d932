/** Executors know one interface to correlated randomness: material that was kept does as well as what is expanded from streams, on both sides. */
import { expect, it } from 'vitest';
import type { Plan } from '../../src/plan/plan.ts';
import type { TrainingTask } from '../../src/plan/training/task.ts';
import { trainingPlan } from '../../src/plan/training/training-plan.ts';
import { createOffer } from '../../src/prg/session-keys.ts';
import type { RingMemory } from '../../src/ring/ring-memory.ts';
import type { Correlations, MaskPlaces, PhaseMasks, SessionMaterial } from '../../src/runtime/correlations.ts';
import { type DealerSupply, runDealer } from '../../src/runtime/dealer/dealer.ts';
import { StreamedCorrelations } from '../../src/runtime/dealer/streamed-correlations.ts';
import { DealtCorrelations } from '../../src/runtime/evaluator/dealt-correlations.ts';
import { runEvaluator, type Supply } from '../../src/runtime/evaluator/evaluator.ts';
import type { Node, Revealed } from '../../src/runtime/node.ts';
import { openSession, runRole } from '../../src/runtime/session.ts';
import { DONE } from '../../src/slices.ts';
import { memoryLinks } from '../../src/transport/memory-links.ts';
import { TRUST } from '../protocol/harness.ts';
import { EVERYTHING, inputsOf, taskOf } from './task.ts';

/** Words of material by node, session and repetition. */
type Kept = Map<string, BigUint64Array>;

/** Takes down what a dealer's material is, each time that it is in place. */
const keeping =
  (kept: Kept): Supply =>
  (node, workspace): Correlations => {
    const dealt = new DealtCorrelations(node, workspace);
    return {
      recordMasks: (records) => dealt.recordMasks(records),
      session(session, places, repeat): SessionMaterial {
        const material = dealt.session(session, places, repeat);
        return {
          begin: () => material.begin(),
          prepare: (repetition) => material.prepare(repetition),
          async place(repetition) {
            await material.place(repetition);
            const words = workspace.memory.u64(places.material, places.layout.materialWords).slice();
            kept.set(`${node.self} ${session} ${repetition}`, words);
          },
          ahead: (repetition) => material.ahead(repetition),
        };
      },
    };
  };

/** Expands nothing, and puts what was kept in its place. */
const restoring =
  (kept: Kept): Supply =>
  (node, workspace): Correlations => ({
    recordMasks: (records) => new DealtCorrelations(node, workspace).recordMasks(records),
    session: (session, places): SessionMaterial => ({
      begin: () => DONE,
      prepare: () => DONE,
      place(repetition) {
        const words = kept.get(`${node.self} ${session} ${repetition}`);
        if (words === undefined) throw new Error('nothing was kept');
        workspace.memory.u64(places.material, words.length).set(words);
        return undefined;
      },
      ahead: () => DONE,
    }),
  });

/** A dealer whose corrections are taken down as they are sent. */
const keepingDealt =
  (kept: Kept): DealerSupply =>
  (...given) => {
    const streamed = new StreamedCorrelations(...given);
    const [, { memory }] = given;
    return {
      recordMasks: (records, options) => streamed.recordMasks(records, options),
      phase(places): PhaseMasks {
        const masks = streamed.phase(places);
        return {
          expanded: (operation, item) => masks.expanded(operation, item),
          hasOwn: (operation) => masks.hasOwn(operation),
          begin: (operation) => masks.begin(operation),
          end: (operation) => masks.end(operation),
          session(session, repeat) {
            const each = masks.session(session, repeat);
            return {
              prepare: (repetition) => each.prepare(repetition),
              correct: (repetition) => each.correct(repetition),
              send(repetition) {
                kept.set(`${session} ${repetition}`, corrections(memory, places).slice());
                return each.send(repetition);
              },
            };
          },
        };
      },
    };
  };

/** A dealer that expands no mask and sends what was kept. What its operations make of no masks goes nowhere. */
const restoringDealt =
  (kept: Kept): DealerSupply =>
  (...given) => {
    const streamed = new StreamedCorrelations(...given);
    const [, { memory }] = given;
    return {
      recordMasks: (records, options) => streamed.recordMasks(records, options),
      phase(places): PhaseMasks {
        const masks = streamed.phase(places);
        return {
          expanded: (operation, item) => masks.expanded(operation, item),
          hasOwn: () => false,
          begin: () => DONE,
          end: () => DONE,
          session(session, repeat) {
            const each = masks.session(session, repeat);
            return {
              prepare: () => DONE,
              correct: () => DONE,
              send(repetition) {
                const words = kept.get(`${session} ${repetition}`);
                if (words === undefined) throw new Error('nothing was kept');
                corrections(memory, places).set(words);
                return each.send(repetition);
              },
            };
          },
        };
      },
    };
  };

/** Where the corrections of a repetition lie. */
const corrections = (memory: RingMemory, { whole, layout: { materialWords, seededWords } }: MaskPlaces) =>
  memory.u64(whole + 8 * seededWords, materialWords - seededWords);

/** Runs a training again and again with the same keys, so under the same masks; gives what the first party learns. */
async function runsOf(plan: Plan, task: TrainingTask) {
  const { nodes, parties } = plan.roles;
  const offers = new Map(nodes.map((name) => [name, createOffer()]));
  const meshOfKeys = memoryLinks(nodes);
  const keys = await Promise.all(
    nodes.map((self) => {
      const [own, links] = [offers.get(self), meshOfKeys.get(self)];
      if (own === undefined || links === undefined) throw new Error('every node has an offer and links');
      return openSession(self, plan.roles, own, offers, links, 'kept');
    }),
  );
  return async (supplyOf: (node: string) => Supply | undefined, dealt?: DealerSupply): Promise<Revealed> => {
    const mesh = memoryLinks(nodes);
    const outcomes = await Promise.all(
      nodes.map((self, i) => {
        const node: Node = {
          ...{ self, plan, threads: 1, links: mesh.get(self) ?? new Map(), inputs: inputsOf(task)(self) },
          ...keys[i],
          ...{ onProgress: () => undefined, onRevealed: () => undefined },
        };
        return runRole(
          node,
          (each) => runEvaluator(each, supplyOf(self)),
          (each) => runDealer(each, dealt),
        );
      }),
    );
    return outcomes[nodes.indexOf(parties[0])].revealed;
  };
}

it.each(TRUST)('trains the same model on material that was kept, %s', async (trust) => {
  const task = taskOf({ trust, reveal: EVERYTHING, epochs: 1 });
  const plan = trainingPlan(task);
  const { evaluators } = plan.roles;
  const run = await runsOf(plan, task);
  const kept: Kept = new Map();
  const trained = await run(() => keeping(kept));
  expect(trained.size).toBeGreaterThan(0);
  expect(kept.size).toBe(evaluators.length * plan.sessions.reduce((sum, { repeat }) => sum + repeat, 0));
  // The last evaluator gives the dealer credit for its corrections.
  const [last] = evaluators.slice(-1);
  expect(await run((node) => (node === last ? keeping(new Map()) : restoring(kept)))).toEqual(trained);
});

// A dealer that is a party needs its masks: it enters records under them, and reads outputs with them.
it('trains the same model with a dealer service that sends corrections that were kept', async () => {
  const task = taskOf({ trust: 'dealer', reveal: EVERYTHING, epochs: 1 });
  const run = await runsOf(trainingPlan(task), task);
  const kept: Kept = new Map();
  const trained = await run(() => undefined, keepingDealt(kept));
  expect(trained.size).toBeGreaterThan(0);
  expect(kept.size).toBeGreaterThan(0);
  expect(await run(() => undefined, restoringDealt(kept))).toEqual(trained);
});

/** Tensors that take turns in one place: a run under the same keys ends in the very same outputs as where each has a place of its own. */

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { TrefoilError } from '../../src/errors.ts';
import { perceptron } from '../../src/graph/mlp.ts';
import type { Plan } from '../../src/plan/plan.ts';
import type { TrainingTask } from '../../src/plan/training/task.ts';
import { trainingPlan } from '../../src/plan/training/training-plan.ts';
import type { Room } from '../../src/plan/write/places.ts';
import { publicStreams } from '../../src/prg/session-keys.ts';
import type { InputsOf } from '../../src/runtime/clear/simulate.ts';
import type { Node } from '../../src/runtime/node.ts';
import { TRUST } from '../protocol/harness.ts';
import { EVERYTHING, inputsOf, logistic, NOTHING_BUT_THE_MODEL, taskOf } from './task.ts';

type Lifetime = (room: Room, isDealers: boolean) => Room;
const asPlanned: Lifetime = (room) => room;
const always: Lifetime = (room) => ({ ...room, from: -1, until: Number.POSITIVE_INFINITY });
const shorter = (room: Room): Room => ({ ...room, until: room.until > room.from ? room.until - 1 : room.until });
/** Mutants: what is needed at several moments is given away one too early. */
const MUTANTS: Readonly<Record<string, Lifetime>> = {
  'an evaluator': (room, isDealers) => (isDealers ? room : shorter(room)),
  'the dealer': (room, isDealers) => (isDealers ? shorter(room) : room),
};

const planned = { lifetime: asPlanned };
let simulate: typeof import('../../src/runtime/clear/simulate.ts').simulate;

// Test files share their modules, so those that place tensors are imported again, here and by whoever comes next.
beforeAll(async () => {
  vi.resetModules();
  vi.doMock('../../src/plan/write/places.ts', async (original) => {
    const { Places } = await original<typeof import('../../src/plan/write/places.ts')>();
    class ChangedPlaces {
      readonly #rooms: ReadonlyMap<Room, Room>;
      readonly #places: InstanceType<typeof Places>;
      constructor(rooms: readonly Room[]) {
        // A dealer has room for a piece before its first operation.
        const isDealers = rooms.some(({ from }) => from < 0);
        this.#rooms = new Map(rooms.map((room) => [room, planned.lifetime(room, isDealers)]));
        this.#places = new Places([...this.#rooms.values()]);
      }
      get bytes(): number {
        return this.#places.bytes;
      }
      at(room: Room | undefined): number {
        return this.#places.at(room && this.#rooms.get(room));
      }
    }
    return { Places: ChangedPlaces };
  });
  ({ simulate } = await import('../../src/runtime/clear/simulate.ts'));
});
afterAll(() => {
  vi.doUnmock('../../src/plan/write/places.ts');
  vi.resetModules();
});

const seed = (...bytes: readonly number[]) => Uint8Array.from({ length: 32 }, (_, i) => bytes[i] ?? i);

/** All that is the same for every party, under keys that are always the same; and the most memory that a node took. */
async function run(plan: Plan, inputs: InputsOf, lifetime: Lifetime) {
  planned.lifetime = lifetime;
  const { nodes, dealer } = plan.roles;
  const keys = (self: string): Partial<Node> => ({
    shared: new Map(
      nodes
        .filter((peer) => (self === dealer) !== (peer === dealer))
        .map((peer) => [peer, publicStreams(seed(nodes.indexOf(self) + nodes.indexOf(peer)))]),
    ),
    publicStreams: publicStreams(seed(99)),
    noiseSeed: seed(7, nodes.indexOf(self)),
  });
  const { outcomes } = await simulate(plan, inputs, keys);
  return {
    revealed: new Map([...outcomes].map(([node, { revealed }]) => [node, revealed])),
    bytes: Math.max(...[...outcomes.values()].map(({ tensorBytes }) => tensorBytes)),
  };
}

const OPTIMISERS = [
  { type: 'sgd' },
  { type: 'momentum', momentum: 0.8, nesterov: true },
  { type: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 0.01 },
] as const;

const PRIVATE = {
  privacy: { norm: 1, noiseMultiplier: 0.05, countsMultiplier: 0.5 },
  ...{ fractionalBits: 21, dataBits: 12, l2: 0 },
};

const jobs = fc
  .record({
    hidden: fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 2 }),
    activation: fc.constantFrom('relu' as const, 'sigmoid' as const),
    output: fc.constantFrom('softmax' as const, 'sigmoid' as const, 'linear' as const),
    optimiser: fc.constantFrom(...OPTIMISERS),
    batch: fc.integer({ min: 9, max: 20 }),
    isPrivate: fc.boolean(),
  })
  .map(({ hidden, activation, output, optimiser, batch, isPrivate }) => ({
    architecture: perceptron({ inputs: 4, outputs: output === 'softmax' ? 3 : 1, hidden, activation, output }),
    optimiser,
    ...(isPrivate ? PRIVATE : {}),
    batch,
    clip: 1,
    epochs: 1,
    learningRate: { schedule: 'constant', initial: 0.1 } as const,
    reveal: NOTHING_BUT_THE_MODEL,
  }));

/** Nothing where numbers of the job have too few digits. */
function planOf(task: TrainingTask): Plan | undefined {
  try {
    return trainingPlan(task);
  } catch (error) {
    if (error instanceof TrefoilError && error.code === 'TREFOIL_PLAN') return undefined;
    throw error;
  }
}

describe.each(TRUST)('in %s', (trust) => {
  it('random jobs', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(jobs, async (changes) => {
        const task = taskOf({ trust, ...changes });
        const plan = planOf(task);
        fc.pre(plan !== undefined);
        const together = await run(plan, inputsOf(task), asPlanned);
        const apart = await run(plan, inputsOf(task), always);
        expect(together.revealed).toEqual(apart.revealed);
        expect(together.bytes).toBeLessThanOrEqual(apart.bytes);
      }),
      { numRuns: 4 },
    );
  });

  it('everything that a plan can open', async () => {
    const task = taskOf({ trust, architecture: logistic(3), reveal: EVERYTHING, moments: true, epochs: 1 });
    const plan = trainingPlan(task);
    const [together, apart] = [await run(plan, inputsOf(task), asPlanned), await run(plan, inputsOf(task), always)];
    expect(together.revealed).toEqual(apart.revealed);
    expect(together.bytes).toBeLessThan(apart.bytes);
  });

  it.each(Object.keys(MUTANTS))('notices what %s gives away too early', async (who) => {
    const task = taskOf({
      trust,
      architecture: perceptron({ inputs: 4, hidden: [5], activation: 'relu', output: 'sigmoid', outputs: 1 }),
      epochs: 1,
    });
    const plan = trainingPlan(task);
    const apart = await run(plan, inputsOf(task), always);
    const early = await run(plan, inputsOf(task), MUTANTS[who]).catch((error: unknown) => ({ revealed: error }));
    expect(early.revealed).not.toEqual(apart.revealed);
  });
});

/**
 * What an owner that runs no node enters in a plan, and shares of it.
 *
 * x = s₁ + … + sₙ modulo 2^64, a share for each evaluator. All shares but the last are streams under a key that only their evaluator gets, drawn by
 * the platform's generator; the last is what is left. So any n − 1 of them are as good as uniform, and the contribution takes the room of one.
 * @module
 */
import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { Plan } from '../plan/plan.ts';
import { entriesOfPhase } from '../plan/quote/cost.ts';
import { partsOf } from '../plan/records.ts';
import { StreamFamily } from '../prg/session-keys.ts';
import { RingMemory } from '../ring/ring-memory.ts';
import { requireRoom } from './entry.ts';
import type { Node } from './node.ts';

/** Rows of an input, and how their numbers become ring elements. */
export interface SharedInput {
  readonly name: string;
  readonly rows: number;
  readonly cols: number;
  readonly fractionalBits: number;
}

export const SEED_BYTES = 32;
/** About what is encoded at a time. */
const PIECE_BYTES = 2 ** 20;

/** The inputs of an owner, in the order of the plan. */
export function sharedInputs(plan: Plan, owner: string): SharedInput[] {
  const inputs = new Map<string, SharedInput>();
  for (const phase of plan.phases) {
    for (const { owner: of, name, into } of entriesOfPhase(phase, plan.values)) {
      if (of !== owner || inputs.has(name)) continue;
      const rows = partsOf(plan, into).reduce((sum, part) => sum + (part.owner === owner ? part.rows : 0), 0);
      const { cols, fractionalBits } = plan.values[into];
      inputs.set(name, { name, rows, cols, fractionalBits });
    }
  }
  return [...inputs.values()];
}

export const bytesOf = ({ rows, cols }: SharedInput): number => 8 * rows * cols;
export const allBytes = (inputs: readonly SharedInput[]): number =>
  inputs.reduce((sum, input) => sum + bytesOf(input), 0);

/** A share that is a stream: of each input, from its own label on. */
export function seededShare(seed: Uint8Array): (input: SharedInput, at: number, length: number) => Uint8Array {
  const family = new StreamFamily(seed, utf8ToBytes('trefoil contribution'));
  const streams = new Map<string, ReturnType<StreamFamily['stream']>>();
  return ({ name }, at, length) => {
    let stream = streams.get(name);
    if (stream === undefined) {
      stream = family.stream(`share of ${name}`);
      streams.set(name, stream);
    }
    return stream.read(at, length);
  };
}

/** The last share, a piece of rows at a time: the encoded numbers less the shares that the seeds give. */
export function* lastShare(
  inputs: readonly SharedInput[],
  numbersOf: Node['inputs'],
  seeds: readonly Uint8Array[],
): Generator<Uint8Array, void, void> {
  const memory = RingMemory.create(0);
  const { kernels } = memory;
  const room = inputs.reduce((most, { cols }) => Math.max(most, 8 * cols), PIECE_BYTES);
  const [at, other] = [memory.allocate(room), memory.allocate(room)];
  const shares = seeds.map(seededShare);
  const nothing = new Map<string, Float64Array>();
  for (const input of inputs) {
    const { name, rows, cols, fractionalBits } = input;
    const step = Math.max(1, Math.floor(PIECE_BYTES / (8 * cols)));
    for (let first = 0; first < rows; first += step) {
      const count = Math.min(step, rows - first);
      const numbers = numbersOf(name, nothing, { first, count });
      requireRoom(numbers, name, fractionalBits);
      memory.f64(at, numbers.length).set(numbers);
      kernels.encode(at, at, fractionalBits, numbers.length);
      const length = 8 * numbers.length;
      for (const share of shares) {
        memory.u8(other, length).set(share(input, 8 * first * cols, length));
        kernels.sub(at, at, other, numbers.length);
      }
      yield memory.u8(at, length).slice();
    }
  }
}

/** Whether two lists of inputs are the same. */
export const areSame = (a: readonly SharedInput[], b: readonly SharedInput[]): boolean =>
  JSON.stringify(a.map(listed)) === JSON.stringify(b.map(listed));

const listed = ({ name, rows, cols, fractionalBits }: SharedInput) => [name, rows, cols, fractionalBits];

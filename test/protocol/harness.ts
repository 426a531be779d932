/**
 * Protocols run through real plans: a callback writes the operations of one phase, all roles run it over links in memory, and the
 * ring integers of what it reveals come back exactly.
 * @module
 */

import { type Plan, rolesOf, type TrustMode, type ValueId } from '../../src/plan/plan.ts';
import { phaseLayout } from '../../src/plan/write/layout.ts';
import { exactly } from '../../src/plan/write/linear-builder.ts';
import type { PhaseBuilder } from '../../src/plan/write/phase-builder.ts';
import { PlanBuilder } from '../../src/plan/write/plan-builder.ts';
import { productBits } from '../../src/protocol/product.ts';
import { type InputsOf, type Observe, type Simulation, simulate } from '../../src/runtime/clear/simulate.ts';
import { memoryLinks } from '../../src/transport/memory-links.ts';
import { type Recorded, RecordingLink } from './recording-link.ts';

export const PARTIES = ['north', 'east', 'south'] as const;
export const TRUST: readonly TrustMode[] = ['honest-majority', 'dealer'];
/** Around the 64 lanes of a word and the 128 of a plane. */
export const SIZES = [0, 1, 63, 64, 65, 127, 128, 129];
/** Boundaries of the range contract |value| < 2^62. */
export const EXTREMES = [0n, 1n, -1n, 2n ** 61n, -(2n ** 61n), 2n ** 61n - 1n, 2n ** 62n - 1n, -(2n ** 62n)];

const HALF = 2 ** 32;

const largest = (values: readonly number[]) => values.reduce((most, x) => Math.max(most, Math.abs(x)), 0);

export interface Shape {
  readonly rows: number;
  readonly cols: number;
}
export const column = (rows: number): Shape => ({ rows, cols: 1 });

/** Writes one plan, and keeps the inputs that its parties enter. */
export class Program {
  readonly builder: PlanBuilder;
  readonly #inputs = new Map<string, Float64Array>();
  readonly #exact = new Map<string, { readonly rough: string; readonly low: string }>();

  constructor(trust: TrustMode, parties: readonly string[] = PARTIES) {
    this.builder = new PlanBuilder(rolesOf(trust, parties), [1]);
  }

  /** Real numbers of an owner, with the bound that they have. */
  real(
    phase: PhaseBuilder,
    owner: string,
    values: readonly number[],
    shape: Shape,
    bits: number,
    bound: number,
  ): ValueId {
    const name = `input ${this.#inputs.size}`;
    this.#inputs.set(name, Float64Array.from(values));
    return phase.input(owner, name, shape, bits, bound);
  }

  /** Integers up to 2^62: high·2^32 + low, because an input is a float64. */
  integers(phase: PhaseBuilder, owner: string, values: readonly bigint[], shape = column(values.length)): ValueId {
    const low = values.map((x) => BigInt.asIntN(32, x));
    const high = values.map((x, i) => (x - low[i]) >> 32n);
    const halves = [low, high].map((half) =>
      this.real(phase, owner, half.map(Number), shape, 0, largest(half.map(Number))),
    );
    // The halves together stay below 2^62; the bound of each added up does not.
    const terms = halves.map((value, i) => ({ value: phase.bounded(value, 0), factor: exactly(i === 0 ? 1 : HALF) }));
    return phase.bounded(phase.linear(terms, exactly(0), 0), largest(values.map(Number)));
  }

  /** What the ring integers of a product are to be divided by: two evaluators give twice the product. */
  get productUnit(): bigint {
    return 2n ** BigInt(productBits(this.builder.roles.evaluators.length));
  }

  /** floor(x / 2^bits), or one unit more, as shares: what a plan asks for where the consumer masks again anyway. */
  truncateToShares(phase: PhaseBuilder, of: ValueId, bits: number, offsetBits?: number): ValueId {
    const { fractionalBits, bound, ...shape } = phase.valueOf(of);
    const out = this.builder.value('shares', shape, fractionalBits - bits, bound + 2 ** (bits - fractionalBits));
    phase.ops.push({ op: 'truncate', of, out, bits, ...(offsetBits === undefined ? {} : { offsetBits }) });
    return out;
  }

  /** Reveals the ring integers of a value: as a float64, and once more moved up by 32 bits. */
  reveal(phase: PhaseBuilder, of: ValueId, name: string, to: readonly string[] = this.builder.roles.parties): void {
    const copy = () => phase.linear([{ value: of, factor: exactly(1) }], exactly(0), 0);
    const low = phase.linear([{ value: phase.bounded(copy(), 0), factor: exactly(HALF) }], exactly(0), 0);
    this.#exact.set(name, { rough: `${name} rough`, low: `${name} low` });
    phase.reveal(copy(), `${name} rough`, to);
    phase.reveal(low, `${name} low`, to);
  }

  /** The plan that runs the phases once each, in order; `repeat` by phase where it is more. */
  plan(repeat: readonly number[] = [], training: Plan['training'] = NO_TRAINING): Plan {
    const { roles, values, state, sites, phases, usedBits } = this.builder;
    const sessions = phases.map((_, phase) => ({ phase, repeat: repeat[phase] ?? 1 }));
    return { format: 1, roles, values, state, sites, phases, sessions, training, interval: 28, headroomBits: usedBits };
  }

  readonly inputsOf: InputsOf = () => (name) => this.#inputs.get(name) ?? new Float64Array(0);

  /** What a node learnt under `name`, as signed ring integers. */
  integersOf(simulation: Simulation, name: string, node: string): readonly bigint[] {
    const revealed = simulation.outcomes.get(node)?.revealed;
    const names = this.#exact.get(name);
    const [rough, low] = [revealed?.get(names?.rough ?? ''), revealed?.get(names?.low ?? '')];
    if (rough === undefined || low === undefined) throw new Error(`${node} learnt nothing called ${name}`);
    return Array.from(rough, (value, i) => {
      const near = BigInt(value);
      return near + BigInt.asIntN(32, BigInt(low[i] / HALF) - near);
    });
  }
}

const NO_TRAINING: Plan['training'] = {
  rows: 0,
  batch: 1,
  epochs: 1,
  stepsPerEpoch: 1,
  rates: [1],
  stepsPerRate: 1,
};

/** Runs one phase and gives the integers revealed to everybody, the same at every party. */
export async function run(
  trust: TrustMode,
  write: (phase: PhaseBuilder, program: Program) => Readonly<Record<string, ValueId>>,
): Promise<Readonly<Record<string, readonly bigint[]>>> {
  const program = new Program(trust);
  const names: string[] = [];
  program.builder.phase('test', (phase) => {
    for (const [name, value] of Object.entries(write(phase, program))) {
      names.push(name);
      program.reveal(phase, value, name);
    }
  });
  const simulation = await simulate(program.plan(), program.inputsOf);
  return Object.fromEntries(
    names.map((name) => {
      const [first, ...others] = PARTIES.map((node) => program.integersOf(simulation, name, node));
      for (const other of others) {
        if (other.some((x, i) => x !== first[i])) throw new Error(`the parties learnt different ${name}`);
      }
      return [name, first];
    }),
  );
}

/** Runs a plan and keeps every message. */
export async function record(
  plan: Plan,
  inputs: InputsOf,
  observe: Observe = {},
): Promise<{ simulation: Simulation; messages: readonly Recorded[] }> {
  const messages: Recorded[] = [];
  const links = memoryLinks(plan.roles.nodes);
  const mesh = new Map(
    [...links].map(([from, peers]) => [
      from,
      new Map([...peers].map(([to, link]) => [to, new RecordingLink(link, from, messages)])),
    ]),
  );
  return { simulation: await simulate(plan, inputs, observe, mesh), messages };
}

/** The openings of a phase, in the messages of its rounds. */
export function openingsOf(plan: Plan, phase: number) {
  return phaseLayout(plan, plan.phases[phase]).rounds.flatMap(({ openings }, round) =>
    openings.map((placed) => ({ ...placed, round })),
  );
}

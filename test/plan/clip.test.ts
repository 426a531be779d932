/** Clipping on shares: to the last bit what it is in the clear, whatever public factor the value still has to be multiplied by. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Graph, scalar } from '../../src/graph/graph.ts';
import { clip, input, scale } from '../../src/graph/nodes/index.ts';
import { Lowering } from '../../src/plan/lowering/lowering.ts';
import { simulate } from '../../src/runtime/clear/simulate.ts';
import { column, PARTIES, Program, TRUST } from '../protocol/harness.ts';

const BITS = 20;
const UNIT = 2 ** -BITS;
const BOUND = 1000;

function program(trust: (typeof TRUST)[number], values: readonly number[], limit: number, factor: number) {
  const program = new Program(trust);
  program.builder.phase('clip', (phase) => {
    const graph = new Graph();
    const gradient = input(graph, 'gradient', values.length, 1);
    const clipped = clip(graph, scale(graph, gradient, scalar(factor)), limit);
    const value = program.real(phase, 'east', values, column(values.length), BITS, BOUND);
    const masked = new Lowering(graph, phase, 28, [[gradient, value]]).masked(
      scale(graph, clipped, scalar(1 / factor)),
    );
    phase.reveal(masked.value, 'clipped', PARTIES);
  });
  return program;
}

describe.each(TRUST)('in %s', (trust) => {
  async function expectClipped(values: readonly number[], limit: number, factor = 1): Promise<void> {
    const written = program(trust, values, limit, factor);
    const { outcomes } = await simulate(written.plan(), written.inputsOf);
    const within = limit / factor;
    const exact = values.map((x) => Math.max(-within, Math.min(within, x)));
    expect([...(outcomes.get('south')?.revealed.get('clipped') ?? [])]).toEqual(exact);
  }

  it.each([1, 0.25, 2 ** -10])('to ±%d, at and around the ends', (limit) => {
    const ends = [limit, -limit].flatMap((end) => [end - UNIT, end, end + UNIT]);
    return expectClipped([...ends, 0, UNIT, -UNIT, BOUND, -BOUND], limit);
  });

  it('times a factor that is still to come', () => expectClipped([-3, -1, 0, 1, 3, 9], 1, 0.5));

  it('of random numbers', () => {
    const value = fc.integer({ min: -BOUND / UNIT, max: BOUND / UNIT }).map((x) => x * UNIT);
    return fc.assert(
      fc.asyncProperty(fc.array(value, { minLength: 1, maxLength: 140 }), (values) => expectClipped(values, 300)),
      { numRuns: 10 },
    );
  });
});

it('takes four rounds, and none where the value can not be beyond', () => {
  const rounds = [1, BOUND].map((limit) => program('dealer', [1], limit, 1).builder.phases[0].openingRounds);
  // A reveal opens once more.
  expect(rounds).toEqual([5, 1]);
});

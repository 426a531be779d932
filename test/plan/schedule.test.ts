/** Operations start as early as their inputs allow, and what does not depend on each other travels in one message. */
import { expect, it } from 'vitest';
import { exactly } from '../../src/plan/write/linear-builder.ts';
import { PARTIES, Program } from '../protocol/harness.ts';

function scheduled(write: Parameters<Program['builder']['phase']>[1], program = new Program('dealer')) {
  program.builder.phase('test', write);
  return program.builder.phases[0];
}

it('opens independent values in one round, and dependent ones one after the other', () => {
  const program = new Program('dealer');
  const { ops, openingRounds } = scheduled((phase) => {
    const [x, y, z] = PARTIES.map((name) => program.integers(phase, name, [1n, 2n]));
    const xy = phase.open(phase.product('elementwise', x, y));
    phase.open(phase.product('elementwise', y, z));
    phase.truncate(z, -3);
    phase.lessThan(x, 0);
    phase.truncate(xy, -3);
    phase.open(phase.product('elementwise', xy, z));
  }, program);
  const rounds = ops
    .filter(({ op }) => ['open', 'truncate', 'lessThan'].includes(op.op))
    .map(({ op, round }) => [op.op, round]);
  expect(rounds).toEqual([
    ['open', 0],
    ['open', 0],
    ['truncate', 0],
    ['lessThan', 0],
    ['truncate', 1],
    ['open', 1],
  ]);
  expect(openingRounds).toBe(2);
});

it('takes as many rounds as the longest chain, wherever it stands', () => {
  const program = new Program('dealer');
  const phase = scheduled((phase) => {
    const x = phase.bounded(program.integers(phase, 'north', [3n]), 2 ** 40);
    phase.open(phase.bitTimes(phase.openBits(phase.lessThan(x, 0)), x));
    for (let i = 0; i < 5; i++) phase.open(x);
  }, program);
  expect(phase.openingRounds).toBe(4);
});

it('uses values of earlier phases at once', () => {
  const program = new Program('dealer');
  const state = program.builder.addState({ rows: 1, cols: 1 }, 0, 5, 'state');
  const { ops } = scheduled((phase) => {
    phase.open(phase.linear([{ value: state, factor: exactly(2) }], exactly(1), 0));
  }, program);
  expect(ops.map(({ round }) => round)).toEqual([0, 0]);
});

it('refuses what would read a state half changed, or the alarm before all is watched', () => {
  const program = new Program('dealer');
  const [a, b] = ['a', 'b'].map((name) => program.builder.addState({ rows: 1, cols: 1 }, 0, 5, name));
  expect(() => program.builder.phase('swap', (phase) => phase.update(a, b))).toThrow('made in the phase');
  expect(() =>
    program.builder.phase('late', (phase) => {
      phase.watch(a, 1, 'a');
      phase.alarm();
    }),
  ).toThrow('phase of its own');
});

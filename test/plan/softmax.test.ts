/** Softmax on shares: every probability, the logarithm of the sum and the winner, against float64, in the rounds that are promised. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Graph } from '../../src/graph/graph.ts';
import { input, largest, logSumExp, multiply, softmax, sumColumns } from '../../src/graph/nodes/index.ts';
import { Lowering } from '../../src/plan/lowering/lowering.ts';
import { simulate } from '../../src/runtime/clear/simulate.ts';
import { PARTIES, Program, TRUST } from '../protocol/harness.ts';

const CLASSES = [2, 3, 5, 10, 32];
const BITS = 16;
const LARGEST = 30;
const PRECISION = 2e-3;

const exactSoftmax = (row: readonly number[]) => {
  const most = Math.max(...row);
  const powers = row.map((z) => Math.exp(z - most));
  const sum = powers.reduce((a, b) => a + b);
  return { probabilities: powers.map((e) => e / sum), logSumExp: most + Math.log(sum), winner: row.indexOf(most) };
};

/** Rows that meet every branch: ties of any number, one far above, one just inside and just outside of what counts. */
function boundaries(classes: number): number[][] {
  const filled = (rest: number, ...first: number[]) =>
    Array.from({ length: classes }, (_, c) => (c < first.length ? first[c] : rest));
  const rows = [
    filled(0),
    filled(LARGEST),
    filled(-LARGEST),
    filled(-LARGEST, LARGEST),
    filled(LARGEST, -LARGEST),
    filled(0, 12),
    filled(0, 12 + 2 ** -BITS),
    filled(0, 12 - 2 ** -BITS),
    filled(0, 13),
    filled(-20, 5, 5),
    filled(1, 1 + 2 ** -BITS),
    filled(1, 1 - 2 ** -BITS),
    Array.from({ length: classes }, (_, c) => c - classes / 2),
  ];
  return rows.flatMap((row) => [row, [...row].reverse()]);
}

function program(trust: (typeof TRUST)[number], rows: readonly (readonly number[])[], bits = BITS) {
  const classes = rows[0].length;
  const shape = { rows: rows.length, cols: classes };
  const program = new Program(trust);
  program.builder.phase('softmax', (phase) => {
    const graph = new Graph();
    const logits = input(graph, 'logits', shape.rows, shape.cols);
    const positions = input(graph, 'positions', shape.rows, shape.cols);
    const numbers = Array.from({ length: rows.length * classes }, (_, i) => (i % classes) + 1);
    const lowering = new Lowering(graph, phase, 28, [
      [logits, program.real(phase, 'east', rows.flat(), shape, bits, LARGEST)],
      [positions, program.real(phase, 'south', numbers, shape, 0, classes)],
    ]);
    const outputs = {
      probabilities: softmax(graph, logits),
      logSumExp: logSumExp(graph, logits),
      winner: sumColumns(graph, multiply(graph, largest(graph, logits), positions)),
    };
    for (const [name, node] of Object.entries(outputs)) phase.reveal(lowering.masked(node).value, name, PARTIES);
  });
  return program;
}

describe.each(TRUST)('in %s', (trust) => {
  async function expectSoftmax(rows: readonly (readonly number[])[], bits = BITS): Promise<void> {
    const written = program(trust, rows, bits);
    const { outcomes } = await simulate(written.plan(), written.inputsOf);
    const revealed = outcomes.get('south')?.revealed;
    const found = (name: string, i: number) => revealed?.get(name)?.[i] ?? Number.NaN;
    rows.forEach((row, r) => {
      const exact = exactSoftmax(row);
      expect(found('winner', r) - 1, `winner of ${row}`).toBe(exact.winner);
      expect(Math.abs(found('logSumExp', r) - exact.logSumExp), `log of the sum of ${row}`).toBeLessThan(PRECISION);
      exact.probabilities.forEach((p, c) => {
        expect(Math.abs(found('probabilities', r * row.length + c) - p), `class ${c} of ${row}`).toBeLessThan(
          PRECISION,
        );
      });
    });
  }

  describe.each(CLASSES)('%i classes', (classes) => {
    it('at the boundaries', () => expectSoftmax(boundaries(classes)));

    it('with the fractional bits that a layer has', () => expectSoftmax(boundaries(classes), 28));

    it('on random logits, many of them equal', () => {
      const unit = 2 ** BITS;
      const logit = fc.oneof(
        fc.integer({ min: -LARGEST * unit, max: LARGEST * unit }).map((x) => x / unit),
        fc.integer({ min: -3, max: 3 }),
      );
      const row = fc.array(logit, { minLength: classes, maxLength: classes });
      return fc.assert(
        fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 70 }), (rows) => expectSoftmax(rows)),
        { numRuns: 10 },
      );
    });
  });
});

it('takes at most 16 rounds for ten classes', () => {
  const written = new Program('honest-majority');
  written.builder.phase('softmax', (phase) => {
    const graph = new Graph();
    const logits = input(graph, 'logits', 4, 10);
    const shape = { rows: 4, cols: 10 };
    const value = written.real(phase, 'east', [], shape, BITS, LARGEST);
    new Lowering(graph, phase, 28, [[logits, value]]).masked(softmax(graph, logits));
  });
  expect(written.builder.phases[0].openingRounds).toBeLessThanOrEqual(16);
});

it('refuses more classes than it has a series for', () => {
  expect(() => program('dealer', [new Array<number>(33).fill(0)])).toThrow(
    expect.objectContaining({ code: 'TREFOIL_PLAN', message: 'a softmax has at most 32 classes, and the job has 33' }),
  );
});

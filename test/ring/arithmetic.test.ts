import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Kernels } from '../../src/ring/kernels.ts';
import { RingMemory } from '../../src/ring/ring-memory.ts';
import { anyElement, BOUNDARIES, modRing, place, read, signed } from './tensors.ts';

interface Case {
  readonly name: string;
  readonly run: (kernels: Kernels, out: number, a: number, b: number, c: bigint, s: number, n: number) => void;
  readonly expected: (out: bigint, a: bigint, b: bigint, c: bigint, s: bigint) => bigint;
}

const CASES: Case[] = [
  { name: 'add', run: (w, out, a, b, _c, _s, n) => w.add(out, a, b, n), expected: (_o, a, b) => a + b },
  { name: 'sub', run: (w, out, a, b, _c, _s, n) => w.sub(out, a, b, n), expected: (_o, a, b) => a - b },
  { name: 'neg', run: (w, out, a, _b, _c, _s, n) => w.neg(out, a, n), expected: (_o, a) => -a },
  { name: 'addScalar', run: (w, out, a, _b, c, _s, n) => w.addScalar(out, a, c, n), expected: (_o, a, _b, c) => a + c },
  { name: 'scale', run: (w, out, a, _b, c, _s, n) => w.scale(out, a, c, n), expected: (_o, a, _b, c) => a * c },
  {
    name: 'scaleAdd',
    run: (w, out, a, _b, c, _s, n) => w.scaleAdd(out, a, c, n),
    expected: (o, a, _b, c) => o + a * c,
  },
  { name: 'mul', run: (w, out, a, b, _c, _s, n) => w.mul(out, a, b, n), expected: (_o, a, b) => a * b },
  { name: 'mulAdd', run: (w, out, a, b, _c, _s, n) => w.mulAdd(out, a, b, n), expected: (o, a, b) => o + a * b },
  { name: 'mulSub', run: (w, out, a, b, _c, _s, n) => w.mulSub(out, a, b, n), expected: (o, a, b) => o - a * b },
  {
    name: 'shiftLeft',
    run: (w, out, a, _b, _c, s, n) => w.shiftLeft(out, a, s, n),
    expected: (_o, a, _b, _c, s) => a << s,
  },
  {
    name: 'shiftRightLogical',
    run: (w, out, a, _b, _c, s, n) => w.shiftRightLogical(out, a, s, n),
    expected: (_o, a, _b, _c, s) => a >> s,
  },
  {
    name: 'shiftRightArithmetic',
    run: (w, out, a, _b, _c, s, n) => w.shiftRightArithmetic(out, a, s, n),
    expected: (_o, a, _b, _c, s) => signed(a) >> s,
  },
];

const memory = RingMemory.create(1 << 20);
const GUARD = 0x5a5a_5a5a_5a5a_5a5an;

/** Runs the kernel on new tensors and checks that nothing is written behind `out`. */
function outcome({ run }: Case, rows: readonly bigint[][], c: bigint, s: number): bigint[] {
  const n = rows.length;
  const [out, a, b] = [0, 1, 2].map((column) => place(memory, [...rows.map((row) => row[column]), GUARD]));
  run(memory.kernels, out, a, b, c, s, n);
  const written = read(memory, out, n + 1);
  expect(written.pop()).toBe(GUARD);
  return written;
}

const triples = fc.array(fc.tuple(anyElement, anyElement, anyElement), { maxLength: 9 });
const shift = fc.integer({ min: 0, max: 63 });

describe.each(CASES)('$name', (kernel) => {
  it('agrees with integers modulo 2^64', () => {
    fc.assert(
      fc.property(triples, anyElement, shift, (rows, c, s) => {
        const expected = rows.map(([out, a, b]) => modRing(kernel.expected(out, a, b, c, BigInt(s))));
        expect(outcome(kernel, rows, c, s)).toEqual(expected);
      }),
    );
  });

  it('agrees on every pair of boundary values, and on none and one', () => {
    const pairs = BOUNDARIES.flatMap((a) => BOUNDARIES.map((b) => [7n, a, b]));
    for (const rows of [pairs, pairs.slice(0, 1), []]) {
      const expected = rows.map(([out, a, b]) => modRing(kernel.expected(out, a, b, 3n, 63n)));
      expect(outcome(kernel, rows, 3n, 63)).toEqual(expected);
    }
  });

  it('works in place', () => {
    fc.assert(
      fc.property(triples, anyElement, shift, (rows, c, s) => {
        const a = place(
          memory,
          rows.map((row) => row[1]),
        );
        const b = place(
          memory,
          rows.map((row) => row[2]),
        );
        kernel.run(memory.kernels, a, a, b, c, s, rows.length);
        const expected = rows.map(([, x, y]) => modRing(kernel.expected(x, x, y, c, BigInt(s))));
        expect(read(memory, a, rows.length)).toEqual(expected);
      }),
    );
  });
});

import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { MaskedRecords } from '../../src/operations/slots.ts';
import { isBeside } from '../../src/plan/quote/tensor-memory.ts';
import { RingMemory } from '../../src/ring/ring-memory.ts';
import { maskedRecords, RecordBlocks } from '../../src/runtime/masked-records.ts';

const memory = RingMemory.create(0);
const { end } = memory;

/** The rows that a set gives, as bytes. */
function gathered(records: MaskedRecords, cols: number, wanted: readonly number[]): Uint8Array {
  const [indices, to] = [memory.allocate(4 * wanted.length), memory.allocate(8 * cols * wanted.length)];
  memory.u32(indices, wanted.length).set(wanted);
  records.gather(to, indices, wanted.length);
  return memory.u8(to, 8 * cols * wanted.length);
}

it.each([
  { where: 'in linear memory', make: (rows: number, cols: number) => maskedRecords(memory, rows, cols) },
  { where: 'in blocks', make: (rows: number, cols: number) => new RecordBlocks(memory, rows, cols) },
])('gives back the rows that were put, whatever their bits, in any pieces and order: $where', ({ make }) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 200 }),
      fc.integer({ min: 1, max: 90 }),
      fc.integer({ min: 1, max: 50 }),
      fc.nat(90),
      fc.infiniteStream(fc.nat()),
      (rows, cols, piece, cut, random) => {
        for (const _ of memory.release(end));
        const records = make(rows, cols);
        const bytes = randomBytes(8 * rows * cols);
        // The columns before the cut, and those behind it.
        const before = Math.min(cut, cols);
        for (const columns of [
          { first: 0, count: before },
          { first: before, count: cols - before },
        ]) {
          for (let row = 0; row < rows && columns.count > 0; row += piece) {
            const end = Math.min(rows, row + piece);
            const cells = Array.from({ length: end - row }, (_, i) => 8 * (cols * (row + i) + columns.first));
            const put = Buffer.concat(cells.map((at) => bytes.subarray(at, at + 8 * columns.count)));
            records.put(row, columns, put);
          }
        }
        const wanted = Array.from({ length: 20 }, () => random.next().value % rows);
        const expected = Buffer.concat(wanted.map((row) => bytes.subarray(8 * cols * row, 8 * cols * (row + 1))));
        expect(expected.equals(gathered(records, cols, wanted))).toBe(true);
      },
    ),
  );
});

it('keeps a large set beside linear memory, over several blocks, and in pieces that cross from one to the next', () => {
  for (const _ of memory.release(end));
  const [rows, cols] = [33, 2 ** 20];
  expect(isBeside({ rows, cols })).toBe(true);
  expect(isBeside({ rows: rows - 1, cols })).toBe(false);
  const records = maskedRecords(memory, rows, cols);
  expect(memory.end).toBe(end);
  const marked = Uint32Array.from({ length: 2 * 3 * cols }, (_, i) => i);
  records.put(7, { first: 0, count: cols }, new Uint8Array(marked.buffer));
  const rowsOf = gathered(records, cols, [9, 7, 8]);
  for (const [i, from] of [2, 0, 1].entries()) {
    const expected = Buffer.from(marked.buffer, 8 * cols * from, 8 * cols);
    expect(expected.equals(rowsOf.subarray(8 * cols * i, 8 * cols * (i + 1)))).toBe(true);
  }
});

import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MaskedRecords } from '../../src/runtime/masked-records.ts';

it('gives back the rows that were put, whatever their bits, in any pieces and order', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 200 }),
      fc.integer({ min: 1, max: 90 }),
      fc.integer({ min: 1, max: 50 }),
      fc.infiniteStream(fc.nat()),
      (rows, cols, piece, random) => {
        const records = new MaskedRecords(rows, cols);
        const bytes = randomBytes(8 * rows * cols);
        for (let row = 0; row < rows; row += piece) {
          records.put(row, bytes.subarray(8 * cols * row, 8 * cols * Math.min(rows, row + piece)));
        }
        const wanted = Uint32Array.from({ length: 20 }, () => random.next().value % rows);
        const gathered = new Uint32Array(2 * cols * wanted.length);
        records.gather(wanted, gathered);
        const expected = Buffer.concat([...wanted].map((row) => bytes.subarray(8 * cols * row, 8 * cols * (row + 1))));
        expect(expected.equals(Buffer.from(gathered.buffer))).toBe(true);
      },
    ),
  );
});

it('keeps them over several blocks, and in pieces that cross from one to the next', () => {
  const [rows, cols] = [20, 2 ** 20];
  const records = new MaskedRecords(rows, cols);
  const marked = Uint32Array.from({ length: 2 * 3 * cols }, (_, i) => i);
  records.put(7, new Uint8Array(marked.buffer));
  const gathered = new Uint32Array(2 * 3 * cols);
  records.gather(Uint32Array.of(9, 7, 8), gathered);
  for (const [i, from] of [2, 0, 1].entries()) {
    const [row, expected] = [gathered, marked].map((of, side) => {
      const at = 2 * cols * (side === 0 ? i : from);
      return Buffer.from(of.buffer, 4 * at, 8 * cols);
    });
    expect(row.equals(expected)).toBe(true);
  }
});

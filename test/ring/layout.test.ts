import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RingMemory } from '../../src/ring/ring-memory.ts';
import { elements, modRing, place, read } from './tensors.ts';

const memory = RingMemory.create(1 << 20);
const { kernels } = memory;

const bytes = fc.uint8Array({ maxLength: 70 });
/** Up to 19 rows and columns, so that blocks and their remainders both occur; and none. */
const matrix = fc
  .tuple(fc.integer({ min: 0, max: 19 }), fc.integer({ min: 0, max: 19 }))
  .chain(([rows, cols]) => fc.record({ rows: fc.constant(rows), cols: fc.constant(cols), a: elements(rows * cols) }));

function placeBytes(values: Uint8Array): number {
  const address = memory.allocate(values.length);
  memory.u8(address, values.length).set(values);
  return address;
}

function rowsOf(flat: readonly bigint[], rows: number, cols: number): bigint[][] {
  return Array.from({ length: rows }, (_, r) => flat.slice(r * cols, (r + 1) * cols));
}

describe('bytes', () => {
  it('copy copies and fill0 clears exactly the bytes asked for', () => {
    fc.assert(
      fc.property(bytes, (values) => {
        const out = placeBytes(new Uint8Array(values.length + 1).fill(9));
        kernels.copy(out, placeBytes(values), values.length);
        expect([...memory.u8(out, values.length + 1)]).toEqual([...values, 9]);
        kernels.fill0(out, values.length);
        expect([...memory.u8(out, values.length + 1)]).toEqual([...values.map(() => 0), 9]);
      }),
    );
  });

  it('xorBytes works for any number of bytes', () => {
    fc.assert(
      fc.property(bytes, fc.infiniteStream(fc.integer({ min: 0, max: 255 })), (values, stream) => {
        const others = values.map(() => stream.next().value);
        const out = placeBytes(new Uint8Array(values.length + 1).fill(9));
        kernels.xorBytes(out, placeBytes(values), placeBytes(others), values.length);
        expect([...memory.u8(out, values.length + 1)]).toEqual([...values.map((x, i) => x ^ others[i]), 9]);
      }),
    );
  });
});

describe('rows and columns', () => {
  it('addRow adds the row to each row', () => {
    fc.assert(
      fc.property(matrix, elements(19), ({ rows, cols, a }, row) => {
        const out = memory.allocate(8 * a.length);
        kernels.addRow(out, place(memory, a), place(memory, row), rows, cols);
        expect(read(memory, out, a.length)).toEqual(a.map((x, i) => modRing(x + row[i % cols])));
      }),
    );
  });

  it('broadcastRow repeats the row', () => {
    fc.assert(
      fc.property(matrix, elements(19), ({ rows, cols, a }, row) => {
        const out = memory.allocate(8 * a.length);
        kernels.broadcastRow(out, place(memory, row), rows, cols);
        expect(read(memory, out, a.length)).toEqual(a.map((_, i) => row[i % cols]));
      }),
    );
  });

  it('sumRows sums each column', () => {
    fc.assert(
      fc.property(matrix, elements(19), ({ rows, cols, a }, stale) => {
        const out = place(memory, stale);
        kernels.sumRows(out, place(memory, a), rows, cols);
        const sums = Array.from({ length: cols }, (_, c) =>
          modRing(rowsOf(a, rows, cols).reduce((sum, row) => sum + row[c], 0n)),
        );
        expect(read(memory, out, 19)).toEqual([...sums, ...stale.slice(cols)]);
      }),
    );
  });

  it('transpose exchanges rows and columns', () => {
    fc.assert(
      fc.property(matrix, ({ rows, cols, a }) => {
        const out = memory.allocate(8 * a.length);
        kernels.transpose(out, place(memory, a), rows, cols);
        const expected = Array.from({ length: cols }, (_, c) => rowsOf(a, rows, cols).map((row) => row[c])).flat();
        expect(read(memory, out, a.length)).toEqual(expected);
      }),
    );
  });

  it('gatherRows picks rows in any order, again and again', () => {
    fc.assert(
      fc.property(matrix, fc.array(fc.nat()), ({ rows, cols, a }, picks) => {
        const indices = rows === 0 ? [] : picks.map((pick) => pick % rows);
        const list = memory.allocate(4 * indices.length);
        const out = memory.allocate(8 * indices.length * cols);
        const src = place(memory, a);
        memory.u32(list, indices.length).set(indices);
        kernels.gatherRows(out, src, list, indices.length, cols);
        const expected = indices.flatMap((index) => rowsOf(a, rows, cols)[index]);
        expect(read(memory, out, expected.length)).toEqual(expected);
      }),
    );
  });

  it('gatherEntries follows places in each record, and scatterEntries adds entries back to them', () => {
    const lists = fc.integer({ min: 1, max: 5 }).chain((size) =>
      fc.record({
        size: fc.constant(size),
        places: fc.array(fc.integer({ min: -1, max: size - 1 }), { minLength: 1, maxLength: 7 }),
        records: fc.array(elements(size), { minLength: 1, maxLength: 3 }),
        walked: elements(7 * 3),
      }),
    );
    fc.assert(
      fc.property(lists, ({ size, places, records, walked }) => {
        const list = memory.allocate(4 * places.length);
        memory.u32(list, places.length).set(new Uint32Array(Int32Array.from(places).buffer));
        const [a, length] = [records.flat(), places.length];
        const out = place(memory, walked);
        kernels.gatherEntries(out, place(memory, a), list, records.length, size, length);
        const expected = records.flatMap((record) => places.map((at) => (at < 0 ? 0n : record[at])));
        expect(read(memory, out, walked.length)).toEqual([...expected, ...walked.slice(expected.length)]);
        const sums = place(memory, a);
        kernels.scatterEntries(sums, place(memory, walked), list, records.length, size, length);
        const added = records.flatMap((_, r) =>
          Array.from({ length: size }, (_, at) =>
            modRing(places.reduce((sum, to, i) => (to === at ? sum + walked[r * length + i] : sum), 0n)),
          ),
        );
        expect(read(memory, sums, a.length)).toEqual(added);
      }),
    );
  });
});

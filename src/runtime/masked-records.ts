/**
 * A set of masked records at an evaluator, of which a batch is read at a time. Small sets lie in linear memory, where a kernel gathers their rows. Large
 * ones lie beside it, since it can address 4 GiB.
 * @module
 */
import type { MaskedRecords } from '../operations/slots.ts';
import type { ColumnRange } from '../plan/plan.ts';
import { isBeside } from '../plan/quote/tensor-memory.ts';
import type { RingMemory } from '../ring/ring-memory.ts';

export function maskedRecords(memory: RingMemory, rows: number, cols: number): MaskedRecords {
  return isBeside({ rows, cols }) ? new RecordBlocks(memory, rows, cols) : recordsInMemory(memory, rows, cols);
}

function recordsInMemory(memory: RingMemory, rows: number, cols: number): MaskedRecords {
  const at = memory.allocate(8 * rows * cols);
  return {
    is: 'records',
    put: (first, columns, bytes) =>
      eachPiece(cols, columns, first, bytes, (row, from, piece) =>
        memory.u8(at + 8 * (cols * row + from), piece.length).set(piece),
      ),
    gather: (to, indices, count) => memory.kernels.gatherRows(to, at, indices, count, cols),
  };
}

/** Whole rows in one piece, or the columns of each row: with the row and the column at which the piece begins. */
function eachPiece(
  cols: number,
  { first, count }: ColumnRange,
  firstRow: number,
  bytes: Uint8Array,
  put: (row: number, column: number, piece: Uint8Array) => void,
): void {
  if (count === cols) {
    put(firstRow, 0, bytes);
    return;
  }
  const length = 8 * count;
  for (let at = 0, row = firstRow; at < bytes.length; at += length, row++) {
    put(row, first, bytes.subarray(at, at + length));
  }
}

/** Of a block at most, unless a single row is longer: what one allocation may take. */
const BLOCK_BYTES = 2 ** 26;
/** Up to so many halves of words a loop copies a row sooner than a view of it is made. */
const SHORT_ROW = 128;

/** Records in blocks of memory of their own. */
export class RecordBlocks implements MaskedRecords {
  readonly is = 'records';
  readonly #memory: RingMemory;
  /** Halves of words: as bits, since a float64 would not keep those of every word. */
  readonly #blocks: readonly Uint32Array[];
  readonly #halves: number;
  /** A block has 2^shift rows. */
  readonly #shift: number;

  constructor(memory: RingMemory, rows: number, cols: number) {
    this.#memory = memory;
    this.#halves = 2 * cols;
    this.#shift = Math.max(0, Math.floor(Math.log2(BLOCK_BYTES / Math.max(1, 8 * cols))));
    const rowsOf = (block: number) => Math.min(2 ** this.#shift, rows - block * 2 ** this.#shift);
    this.#blocks = Array.from(
      { length: Math.ceil(rows / 2 ** this.#shift) },
      (_, block) => new Uint32Array(this.#halves * rowsOf(block)),
    );
  }

  put(first: number, columns: ColumnRange, bytes: Uint8Array): void {
    eachPiece(this.#halves / 2, columns, first, bytes, (row, column, piece) => this.#write(row, column, piece));
  }

  /** Numbers of a row from a column on, and of the rows below it where they are whole. */
  #write(first: number, column: number, bytes: Uint8Array): void {
    const rowBytes = 4 * this.#halves;
    for (let done = 0; done < bytes.length; ) {
      const row = first + Math.floor(done / rowBytes);
      const { buffer, length } = this.#blocks[row >>> this.#shift];
      const at = rowBytes * (row % 2 ** this.#shift) + 8 * column;
      const piece = bytes.subarray(done, done + Math.min(4 * length - at, bytes.length - done));
      new Uint8Array(buffer).set(piece, at);
      done += piece.length;
    }
  }

  gather(to: number, indices: number, count: number): void {
    const halves = this.#halves;
    const within = 2 ** this.#shift - 1;
    const [rows, out] = [this.#memory.u32(indices, count), this.#memory.u32(to, halves * count)];
    for (let i = 0; i < count; i++) {
      const block = this.#blocks[rows[i] >>> this.#shift];
      const from = halves * (rows[i] & within);
      const at = halves * i;
      if (halves > SHORT_ROW) out.set(block.subarray(from, from + halves), at);
      else for (let k = 0; k < halves; k++) out[at + k] = block[from + k];
    }
  }
}

/**
 * A set of masked records at an evaluator, outside linear memory: that can address 4 GiB, and records are read a batch at a time.
 * @module
 */

/** Of a block at most, unless a single row is longer: what one allocation may take. */
const BLOCK_BYTES = 2 ** 26;
/** Up to so many halves of words a loop copies a row sooner than a view of it is made. */
const SHORT_ROW = 128;

export class MaskedRecords {
  /** Halves of words: as bits, since a float64 would not keep those of every word. */
  readonly #blocks: readonly Uint32Array[];
  readonly #halves: number;
  /** A block has 2^shift rows. */
  readonly #shift: number;

  constructor(rows: number, cols: number) {
    this.#halves = 2 * cols;
    this.#shift = Math.max(0, Math.floor(Math.log2(BLOCK_BYTES / Math.max(1, 8 * cols))));
    const rowsOf = (block: number) => Math.min(2 ** this.#shift, rows - block * 2 ** this.#shift);
    this.#blocks = Array.from(
      { length: Math.ceil(rows / 2 ** this.#shift) },
      (_, block) => new Uint32Array(this.#halves * rowsOf(block)),
    );
  }

  /** Takes over whole rows, from row `first` on. */
  put(first: number, bytes: Uint8Array): void {
    const rowBytes = 4 * this.#halves;
    for (let done = 0; done < bytes.length; ) {
      const row = first + done / rowBytes;
      const { buffer, length } = this.#blocks[row >>> this.#shift];
      const at = rowBytes * (row % 2 ** this.#shift);
      const piece = bytes.subarray(done, done + Math.min(4 * length - at, bytes.length - done));
      new Uint8Array(buffer).set(piece, at);
      done += piece.length;
    }
  }

  /** Writes the rows one after the other. */
  gather(rows: Uint32Array, to: Uint32Array): void {
    const halves = this.#halves;
    const within = 2 ** this.#shift - 1;
    for (let i = 0; i < rows.length; i++) {
      const block = this.#blocks[rows[i] >>> this.#shift];
      const from = halves * (rows[i] & within);
      const at = halves * i;
      if (halves > SHORT_ROW) to.set(block.subarray(from, from + halves), at);
      else for (let k = 0; k < halves; k++) to[at + k] = block[from + k];
    }
  }
}

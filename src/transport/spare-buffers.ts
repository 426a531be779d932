/**
 * Large buffers that are used again and again: fresh ones cost page faults, and a full garbage collection for every few dozen megabytes.
 * @module
 */

/** How many are kept while nobody uses them. */
const MAX_SPARE = 8;

export class SpareBuffers {
  readonly #spare: Buffer[] = [];

  /** A buffer of `length` bytes at least, with any content. */
  take(length: number): Buffer {
    const index = this.#spare.findIndex((buffer) => buffer.length >= length);
    return index < 0 ? Buffer.allocUnsafeSlow(length) : this.#spare.splice(index, 1)[0];
  }

  /** Nobody reads `buffer`, which was taken here, any more. */
  give(buffer: Buffer): void {
    if (this.#spare.length === MAX_SPARE) this.#spare.shift();
    this.#spare.push(buffer);
  }
}

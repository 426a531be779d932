/**
 * Packed bits, little end first.
 * @module
 */

/** `width` bits, at most 16, from bit `from` on. */
export function bitsAt(bytes: Uint8Array, from: number, width: number): number {
  const first = from >> 3;
  const three = bytes[first] | ((bytes[first + 1] ?? 0) << 8) | ((bytes[first + 2] ?? 0) << 16);
  return (three >> (from & 7)) & ((1 << width) - 1);
}

export class BitWriter {
  #bytes = new Uint8Array(1024);
  #count = 0;
  #pending = 0;
  #pendingBits = 0;

  /** Appends the low `width` bits, at most 16. */
  write(bits: number, width: number): void {
    this.#pending |= (bits & ((1 << width) - 1)) << this.#pendingBits;
    this.#pendingBits += width;
    for (; this.#pendingBits >= 8; this.#pendingBits -= 8) {
      if (this.#count === this.#bytes.length) this.#grow();
      this.#bytes[this.#count++] = this.#pending;
      this.#pending >>= 8;
    }
  }

  /** As many whole words as were written. */
  words(): BigUint64Array {
    return new BigUint64Array(this.#bytes.slice(0, this.#count - (this.#count % 8)).buffer);
  }

  #grow(): void {
    const larger = new Uint8Array(2 * this.#bytes.length);
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}

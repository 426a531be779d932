/**
 * Whether bytes look uniform.
 * @module
 */

/** Deviations that a single statistic may be off. Of a normal deviate, P(z > 6.5) = 4e-11: 10^4 tests together stay below 1e-6. */
const DEVIATIONS = 6.5;

/** Pearson's statistic of how often each of the cells was hit, as a normal deviate (Wilson and Hilferty, 1931). */
export function chiSquaredDeviate(counts: ArrayLike<number>): number {
  const cells = counts.length;
  const total = Array.from(counts).reduce((sum, count) => sum + count, 0);
  const expected = total / cells;
  const statistic = Array.from(counts).reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  const freedom = cells - 1;
  return (Math.cbrt(statistic / freedom) - 1 + 2 / (9 * freedom)) / Math.sqrt(2 / (9 * freedom));
}

export const looksUniform = (counts: ArrayLike<number>): boolean => chiSquaredDeviate(counts) < DEVIATIONS;

/** Collects bytes by name, and names what does not look uniform. */
export class ByteCounts {
  readonly #counts = new Map<string, Float64Array>();

  /** Counts every `step`th byte from `first` on. */
  add(name: string, bytes: Uint8Array, first = 0, step = 1): void {
    let counts = this.#counts.get(name);
    if (counts === undefined) {
      counts = new Float64Array(256);
      this.#counts.set(name, counts);
    }
    for (let i = first; i < bytes.length; i += step) counts[bytes[i]]++;
  }

  get size(): number {
    return this.#counts.size;
  }

  suspicious(): string[] {
    return [...this.#counts].flatMap(([name, counts]) => (looksUniform(counts) ? [] : [name]));
  }
}

/**
 * Small dense linear algebra: the heaviest independent vectors of a stream, and the inverse of a matrix.
 * @module
 */
import { invariant } from '../../errors.ts';

/** What is left of a unit vector that still counts as independent of others. */
const INDEPENDENT = 1e-6;

/** The heaviest set of independent vectors of all that were added: greedy choice is optimal here, since they form a matroid. */
export class SpanningSet {
  readonly #dimension: number;
  #entries: { readonly vector: Float64Array; readonly weight: number }[] = [];

  constructor(dimension: number) {
    this.#dimension = dimension;
  }

  get isComplete(): boolean {
    return this.#entries.length === this.#dimension;
  }

  get vectors(): Float64Array[] {
    return this.#entries.map(({ vector }) => vector);
  }

  /** Whether the set is another one with this unit vector. */
  add(vector: Float64Array, weight: number): boolean {
    const added = { vector, weight };
    const at = this.#entries.findIndex((entry) => entry.weight < weight);
    const ordered = this.#entries.toSpliced(at === -1 ? this.#entries.length : at, 0, added);
    const basis: Float64Array[] = [];
    this.#entries = ordered.filter((entry) => {
      const rest = withoutProjections(entry.vector, basis);
      const length = Math.hypot(...rest);
      if (length < INDEPENDENT) return false;
      basis.push(rest.map((x) => x / length));
      return true;
    });
    return this.#entries.includes(added);
  }
}

function withoutProjections(vector: Float64Array, basis: readonly Float64Array[]): Float64Array {
  const rest = vector.slice();
  for (const unit of basis) {
    const by = rest.reduce((sum, x, i) => sum + x * unit[i], 0);
    for (let i = 0; i < rest.length; i++) rest[i] -= by * unit[i];
  }
  return rest;
}

/** By Gauss–Jordan with row pivots. */
export function inverse(matrix: readonly Float64Array[]): Float64Array[] {
  const n = matrix.length;
  const rows = matrix.map((row, i) => {
    const wide = new Float64Array(2 * n);
    wide.set(row);
    wide[n + i] = 1;
    return wide;
  });
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(rows[i][k]) > Math.abs(rows[pivot][k])) pivot = i;
    [rows[k], rows[pivot]] = [rows[pivot], rows[k]];
    const by = rows[k][k];
    invariant(by !== 0, 'a matrix to invert is regular');
    for (let j = 0; j < 2 * n; j++) rows[k][j] /= by;
    for (let i = 0; i < n; i++) {
      const factor = rows[i][k];
      if (i === k || factor === 0) continue;
      for (let j = 0; j < 2 * n; j++) rows[i][j] -= factor * rows[k][j];
    }
  }
  return rows.map((row) => row.slice(n));
}

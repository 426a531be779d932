/**
 * The columns of a factored gradient, one for each unit of the layer, and the directions that are orthogonal to many of them.
 * @module
 */
import type { Draws } from '../models/draws.ts';
import type { LowRank } from './low-rank.ts';

/** How much more than the tolerance of the factors is 0 in a product of them. */
const ROUNDING = 100;

export class GradientColumns {
  /** Those of the layer's units that have any gradient. */
  readonly units: readonly number[];
  readonly #rank: number;
  readonly #columns: readonly Float64Array[];
  readonly #lengths: readonly number[];
  readonly #zero: number;
  readonly #free: Float64Array[];

  /** Columns are 0 up to `least`. */
  constructor({ rank, right }: LowRank, units: number, least: number) {
    const columns = Array.from({ length: units }, (_, j) =>
      Float64Array.from({ length: rank }, (_, k) => right[k * units + j]),
    );
    this.units = [...columns.keys()].filter((j) => Math.hypot(...columns[j]) > least);
    this.#rank = rank;
    this.#columns = this.units.map((j) => columns[j]);
    this.#lengths = this.#columns.map((column) => Math.hypot(...column));
    this.#zero = ROUNDING * least;
    this.#free = Array.from({ length: rank }, () => new Float64Array(rank));
  }

  /** Chooses at random: first those units that are off for a guide (`on` says how much each is on); without one, short columns, which few records have a part in. */
  order(on: Float64Array | undefined, draws: Draws): number[] {
    const power = 3 * draws.uniform();
    const weights = this.units.map((unit, i) =>
      on === undefined ? this.#lengths[i] ** -power : Math.exp(-2 * power * on[unit]),
    );
    // Draws without replacement, by Efraimidis and Spirakis 2006.
    const keys = weights.map((weight) => -Math.log(1 - draws.uniform()) / weight);
    return [...keys.keys()].sort((a, b) => keys[a] - keys[b]);
  }

  /** A unit vector orthogonal to the first rank − 1 independent columns in this order. */
  orthogonalTo(order: readonly number[]): Float64Array {
    const free = this.#free;
    const along = new Float64Array(this.#rank);
    free.forEach((vector, i) => {
      vector.fill(0);
      vector[i] = 1;
    });
    let left = this.#rank;
    for (const j of order) {
      if (left === 1) break;
      let pivot = 0;
      for (let k = 0; k < left; k++) {
        along[k] = dot(this.#columns[j], free[k]);
        if (Math.abs(along[k]) > Math.abs(along[pivot])) pivot = k;
      }
      if (Math.abs(along[pivot]) <= this.#zero) continue;
      left--;
      [free[pivot], free[left]] = [free[left], free[pivot]];
      [along[pivot], along[left]] = [along[left], along[pivot]];
      for (let k = 0; k < left; k++) eliminate(free[k], free[left], along[k] / along[left]);
    }
    return free[0].slice();
  }

  /** What a direction gives at each of `units`: 0 where it is no more than rounding. */
  slopes(direction: Float64Array): Float64Array {
    return Float64Array.from(this.#columns, (column) => {
      const slope = dot(column, direction);
      return Math.abs(slope) <= this.#zero ? 0 : slope;
    });
  }
}

function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * y[i];
  return sum;
}

/** x − by·y, of length 1. */
function eliminate(x: Float64Array, y: Float64Array, by: number): void {
  let square = 0;
  for (let i = 0; i < x.length; i++) {
    x[i] -= by * y[i];
    square += x[i] * x[i];
  }
  const scale = 1 / Math.sqrt(square);
  for (let i = 0; i < x.length; i++) x[i] *= scale;
}

/**
 * From values to model columns: the one way for training and for prediction.
 *
 * A value is one number of a read feature: the number in the job's unit, a day, 0 or 1, or the index of a level. A missing one is NaN, until it is filled.
 * @module
 */
import type { FeatureRange } from '../data/feature-range.ts';
import { hasIndicator, type Placed, usedColumns } from './declaration.ts';
import type { Write } from './feature-kind.ts';
import { featureKindOf } from './kinds/index.ts';
import type { Fills } from './missing.ts';

/** One feature as a step of the expansion. */
interface Step {
  /** Of a read feature, the index of its value. */
  readonly value: number | undefined;
  /** Its fill, NaN where there is none. */
  readonly fill: number;
  /** The first of its columns among those of all steps, and their number. */
  readonly at: number;
  readonly columns: readonly FeatureRange[];
  /** Where the columns of its parents lie: first index and number of each. */
  readonly parents: readonly (readonly [at: number, count: number])[];
  readonly write: Write;
  readonly isUsed: boolean;
  readonly hasIndicator: boolean;
}

/** Fixed features, and what fills a missing value of each. It is used for one row after another. */
export class Expansion {
  /** The features that have a value, in the order of the values. */
  readonly read: readonly Placed[];
  readonly columns: readonly FeatureRange[];
  readonly #steps: readonly Step[];
  readonly #clamps: boolean;
  /** The columns of all features of one row. */
  readonly #row: Float64Array;
  /** What one feature is written from. */
  readonly #from: Float64Array;
  readonly #value = new Float64Array(1);

  /**
   * `features`: parents before what is made of them. `clamps`: values of a column outside its range are set to its end; otherwise they are kept, and only
   * what is derived of them is of clamped ones.
   */
  constructor(features: readonly Placed[], fills: Fills, clamps: boolean) {
    this.read = features.filter(({ feature }) => featureKindOf(feature).isRead);
    this.columns = features.flatMap(usedColumns);
    this.#clamps = clamps;
    let [next, values] = [0, 0];
    const places = new Map<string, readonly [number, number]>();
    this.#steps = features.map((each): Step => {
      const at = next;
      next += each.columns.length;
      places.set(each.name, [at, each.columns.length]);
      const { feature } = each;
      const kind = featureKindOf(feature);
      return {
        value: kind.isRead ? values++ : undefined,
        fill: fillValue(each, fills),
        at,
        columns: each.columns,
        parents: each.parents.map(({ name }) => places.get(name) ?? [0, 0]),
        write: kind.isRead ? kind.write(feature) : kind.write(feature, each.parents),
        isUsed: feature.use !== false,
        hasIndicator: feature.use !== false && hasIndicator(feature),
      };
    });
    this.#row = new Float64Array(next);
    this.#from = new Float64Array(
      Math.max(1, ...this.#steps.map(({ parents }) => parents.reduce((n, [, count]) => n + count, 0))),
    );
  }

  /** Writes the model columns of one row of values at `into[at]` and on. */
  expand(values: ArrayLike<number>, into: Float64Array, at: number): void {
    const row = this.#row;
    let next = at;
    for (const step of this.#steps) {
      step.write(this.#sources(step, values), row, step.at);
      for (let k = 0; k < step.columns.length; k++) {
        const { low, high } = step.columns[k];
        const exact = row[step.at + k];
        // A NaN stays one.
        row[step.at + k] = Math.min(high, Math.max(low, exact));
        if (step.isUsed) into[next++] = this.#clamps ? row[step.at + k] : exact;
      }
      if (step.hasIndicator) into[next++] = Number.isNaN(values[step.value ?? 0]) ? 1 : 0;
    }
  }

  #sources({ value, fill, parents }: Step, values: ArrayLike<number>): ArrayLike<number> {
    if (value !== undefined) {
      const own = values[value];
      this.#value[0] = Number.isNaN(own) ? fill : own;
      return this.#value;
    }
    let count = 0;
    for (const [at, columns] of parents) {
      for (let k = 0; k < columns; k++) this.#from[count++] = this.#row[at + k];
    }
    return this.#from;
  }
}

/** What a missing value becomes: a constant of the job, or what all parties have computed; NaN until that is known. */
function fillValue({ feature, name }: Placed, fills: Fills): number {
  const kind = featureKindOf(feature);
  const { missing } = feature;
  if (!kind.isRead || missing === undefined) return Number.NaN;
  if (!('constant' in missing)) return Object.hasOwn(fills, name) ? fills[name] : Number.NaN;
  const reading = kind.constant(feature, missing.constant);
  return 'value' in reading ? reading.value : Number.NaN;
}

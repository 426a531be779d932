/**
 * Which rows are in which fold: public, and the same at every node. Each owner's rows come in a random order, and all rows are dealt out in turn, so
 * that every fold has as many rows of each owner as every other one, up to one.
 * @module
 */
import { type Folds, foldRows } from '../plan/folds.ts';
import { permute } from '../prg/permutation.ts';
import type { Streams } from '../prg/stream.ts';
import { DONE, type Slices } from '../slices.ts';

export class FoldOrder {
  readonly #rows: number;
  readonly #folds: Folds;
  readonly #publicStreams: Streams;
  /** All rows, those of an owner next to each other. */
  #dealt: Uint32Array | undefined;

  constructor(rows: number, folds: Folds, publicStreams: Streams) {
    this.#rows = rows;
    this.#folds = folds;
    this.#publicStreams = publicStreams;
  }

  /** What is to be done before rows can be read at once. */
  dealing(): Slices {
    if (this.#dealt !== undefined) return DONE;
    return this.#deal(new Uint32Array(this.#rows));
  }

  *#deal(dealt: Uint32Array): Slices {
    let first = 0;
    for (const [group, count] of this.#folds.groups.entries()) {
      const own = dealt.subarray(first, first + count);
      yield* permute(own, this.#publicStreams.stream(`fold order ${group}`), 0);
      for (let i = 0; i < count; i++) own[i] += first;
      first += count;
    }
    this.#dealt = dealt;
  }

  /** The row at a place of a fold. */
  row(fold: number, place: number): number {
    return (this.#dealt ?? NOTHING)[place * this.#folds.count + fold];
  }

  /** The rows of all folds but one. */
  others(fold: number): Uint32Array {
    const all = this.#dealt ?? NOTHING;
    const others = new Uint32Array(this.#rows - foldRows(this.#rows, this.#folds, fold));
    let at = 0;
    for (let i = 0; i < all.length; i++) if (i % this.#folds.count !== fold) others[at++] = all[i];
    return others;
  }
}

const NOTHING = new Uint32Array(0);

/**
 * Rows of a binary label by what is predicted of them, for accuracy, confusion matrix and macro F1: what is opened are counts.
 * @module
 */
import { below } from '../../below.ts';
import type { ValueId } from '../../plan.ts';
import { exactly } from '../../write/linear-builder.ts';
import type { PhaseBuilder } from '../../write/phase-builder.ts';

/** Every node rounds alike, whatever its platform makes of a logarithm. */
const DIGITS = 12;

/** The logit from which a row counts as 1: p ≥ t where z ≥ ln(t/(1 − t)). */
export const logitOf = (threshold = 0.5): number => Number(Math.log(threshold / (1 - threshold)).toPrecision(DIGITS));

/** Σ y − s·(2y − 1) with s = [z < least]: the rows that are classified rightly, by one product a row. */
export function correctRows(phase: PhaseBuilder, z: ValueId, y: ValueId, least: number): ValueId {
  const signed = phase.linear([{ value: y, factor: exactly(2) }], exactly(-1), 0);
  const [wrong] = below(phase, z, least, signed);
  const terms = [
    { value: y, factor: exactly(1) },
    { value: wrong, factor: exactly(-1) },
  ];
  return phase.open(phase.sumRows(phase.linear(terms, exactly(0), 0), 'correct'));
}

/** All four cells: those of rows below the threshold are counted by two products a row, the others are what is left of each label. */
export class BinaryCounts {
  readonly #phase: PhaseBuilder;
  readonly #rows: number;
  /** For each label, 0 first: its rows, those of them that are predicted 0, and those that are predicted 1. */
  readonly #sizes: readonly ValueId[];
  readonly #below: readonly ValueId[];
  readonly #above: readonly ValueId[];

  constructor(phase: PhaseBuilder, z: ValueId, y: ValueId, least: number) {
    this.#phase = phase;
    this.#rows = phase.valueOf(y).rows;
    const labels = [phase.linear([{ value: y, factor: exactly(-1) }], exactly(1), 0), y];
    this.#sizes = labels.map((label) => phase.sumRows(label));
    this.#below = below(phase, z, least, ...labels).map((rows) => phase.open(phase.sumRows(rows, 'rows predicted 0')));
    this.#above = this.#below.map((count, label) => this.#sum([this.#sizes[label], 1], [count, -1]));
  }

  correct(): ValueId {
    return this.#sum([this.#below[0], 1], [this.#above[1], 1]);
  }

  /** [0 as 0, 0 as 1, 1 as 0, 1 as 1], below each other. */
  confusion(): ValueId {
    return this.#stack([0, 1].flatMap((label) => [this.#below[label], this.#above[label]]));
  }

  classHits(): ValueId {
    return this.#stack([this.#below[0], this.#above[1]]);
  }

  classPredictions(): ValueId {
    return this.#stack([this.#below, this.#above].map(([zero, one]) => this.#sum([zero, 1], [one, 1])));
  }

  classSizes(): ValueId {
    return this.#stack(this.#sizes);
  }

  #stack(counts: readonly ValueId[]): ValueId {
    return this.#phase.bounded(this.#phase.stack(counts, 'rows by label and prediction'), this.#rows);
  }

  #sum(...terms: readonly (readonly [value: ValueId, sign: 1 | -1])[]): ValueId {
    const signed = terms.map(([value, sign]) => ({ value, factor: exactly(sign) }));
    return this.#phase.bounded(this.#phase.linear(signed, exactly(0), 0), this.#rows);
  }
}

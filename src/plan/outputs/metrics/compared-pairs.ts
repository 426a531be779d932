/**
 * All pairs of rows compared by their logits, which the AUC needs: logits are kept as they come in, and compared a tile of pairs at a time.
 * @module
 */
import { below } from '../../below.ts';
import type { Session, ValueId } from '../../plan.ts';
import { exactly } from '../../write/linear-builder.ts';
import type { PhaseBuilder } from '../../write/phase-builder.ts';
import type { PlanBuilder } from '../../write/plan-builder.ts';
import type { CountedPairs, CountsOfPairs } from './counts-of-pairs.ts';
import { KeptLogits } from './kept-logits.ts';

/** Pairs of rows compared at a time. */
const PAIR_TILE = 8192;

export class ComparedPairs implements CountsOfPairs {
  readonly counts: readonly CountedPairs[];
  readonly #total: ValueId;
  readonly #plan: PlanBuilder;
  readonly #rows: number;
  readonly #logits: KeptLogits;

  constructor(plan: PlanBuilder, rows: number) {
    this.#plan = plan;
    this.#rows = rows;
    this.#logits = new KeptLogits(plan, rows);
    this.#total = plan.addState({ rows: 1, cols: 1 }, 0, 8 * rows * rows, 'ordered pairs');
    this.counts = [{ name: 'ordered pairs', value: this.#total }];
  }

  /** The first rows begin a new count. */
  keep(phase: PhaseBuilder, z: ValueId, first: number): void {
    this.#logits.keep(phase, z, first);
    if (first === 0)
      phase.update(this.#total, phase.linear([{ value: this.#total, factor: exactly(0) }], exactly(0), 0));
  }

  count(labels: ValueId): readonly Session[] {
    const logits = this.#logits.all;
    const pairs = (this.#rows * (this.#rows - 1)) / 2;
    const tile = Math.max(1, Math.min(PAIR_TILE, pairs));
    const phase = this.#plan.phase('comparing pairs', (phase) => {
      const counted = phase.open(pairOrder(phase, logits, labels, tile));
      const sum = [this.#total, counted].map((value) => ({ value, factor: exactly(1) }));
      phase.update(this.#total, phase.linear(sum, exactly(0), 0, 'ordered pairs'));
    });
    return [{ phase, repeat: Math.max(1, Math.ceil(pairs / tile)) }];
  }
}

/** Σ over the tile's pairs of 2·y_i·(1 − y_j) + ([z_i < z_j] + [z_i ≤ z_j])·(y_j − y_i): twice the ordered pairs. */
function pairOrder(phase: PhaseBuilder, z: ValueId, y: ValueId, tile: number): ValueId {
  const pair = (of: ValueId) => [phase.gather(of, 'pairFirst', tile), phase.gather(of, 'pairSecond', tile)] as const;
  const difference = ([a, b]: readonly [ValueId, ValueId]) => {
    const { fractionalBits } = phase.valueOf(a);
    const terms = [
      { value: a, factor: exactly(1) },
      { value: b, factor: exactly(-1) },
    ];
    return phase.linear(terms, exactly(0), fractionalBits);
  };
  const [logits, labels] = [pair(z), pair(y)];
  const gap = difference(logits);
  const unit = 2 ** -phase.valueOf(gap).fractionalBits;
  const order = difference([labels[1], labels[0]]);
  const [less, notMore] = [0, unit].flatMap((threshold) => below(phase, gap, threshold, order));
  const both = phase.product('elementwise', labels[0], labels[1]);
  const terms = [
    { value: labels[0], factor: exactly(2) },
    { value: both, factor: { ...exactly(-2), bits: -phase.valueOf(both).fractionalBits } },
    { value: less, factor: exactly(1) },
    { value: notMore, factor: exactly(1) },
  ];
  return phase.sumRows(phase.linear(terms, exactly(0), 0), 'ordered pairs of a tile');
}

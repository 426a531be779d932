/**
 * Pairs in the right order from counts of rows by bucket of their logits: P_b positive and N_b negative rows in bucket b.
 *
 * Twice the pairs in the right order are Σ_b P_b·(N_below b + N_up to b), where two rows of one bucket count as a tie. Each of these Σ_b P_b·N_b pairs
 * is wrong by half a pair at the most, so AUC = Σ_b P_b·(N_below b + N_up to b) / 2PN ± Σ_b P_b·N_b / 2PN, whatever the logits are. Both sums
 * are computed on shares, and no count of a bucket is opened.
 *
 * A row's bucket is a coarse one and a fine one in it (`score-buckets.ts`). With C_ij = [coarse bucket of row i < j] and F_ik = [fine bucket of row i < k],
 * the matrix product (w∘C)ᵀ·F has Σ_i w_i·[coarse < j]·[fine < k] for all j and k, at a correction of nothing by row; its differences are the counts.
 * @module
 */

import { productBits } from '../../../protocol/product.ts';
import type { Session, ValueId } from '../../plan.ts';
import { exactly } from '../../write/linear-builder.ts';
import type { PhaseBuilder } from '../../write/phase-builder.ts';
import type { PlanBuilder } from '../../write/plan-builder.ts';
import { added, rowTiles } from '../../write/row-tiles.ts';
import type { CountedPairs, CountsOfPairs } from './counts-of-pairs.ts';
import { KeptLogits } from './kept-logits.ts';
import { BUCKETS, bucketNumbers } from './score-buckets.ts';

/** Rows counted at a time. */
const COUNT_TILE = 2048;

export class PairsByBucket implements CountsOfPairs {
  readonly counts: readonly CountedPairs[];
  readonly #plan: PlanBuilder;
  readonly #rows: number;
  readonly #total: ValueId;
  readonly #tied: ValueId;
  readonly #logits: KeptLogits;

  constructor(plan: PlanBuilder, rows: number) {
    this.#plan = plan;
    this.#rows = rows;
    this.#logits = new KeptLogits(plan, rows);
    // Three products one after the other, each with the scale that it gains.
    const bits = 3 * productBits(plan.roles.evaluators.length);
    this.#total = plan.addState({ rows: 1, cols: 1 }, bits, rows ** 2 / 2, 'ordered pairs');
    this.#tied = plan.addState({ rows: 1, cols: 1 }, bits, rows ** 2 / 4, 'pairs in one bucket');
    this.counts = [
      { name: 'ordered pairs', value: this.#total },
      { name: 'pairs in one bucket', value: this.#tied },
    ];
  }

  keep(phase: PhaseBuilder, z: ValueId, first: number): void {
    this.#logits.keep(phase, z, first);
  }

  count(labels: ValueId): readonly Session[] {
    const bits = productBits(this.#plan.roles.evaluators.length);
    const shape = { rows: BUCKETS.coarse + 1, cols: BUCKETS.fine + 1 };
    const totals = ['positive', 'negative'].map((sign) =>
      this.#plan.addState(shape, bits, this.#rows, `${sign} rows by bucket`),
    );
    const { tiles, first } = rowTiles(this.#rows, COUNT_TILE);
    const counting = (from: number, tile: number) =>
      this.#plan.phase('counting rows by logit', (phase) => {
        const counted = this.#countsOf(phase, labels, from, tile);
        for (const [i, total] of totals.entries()) {
          phase.update(total, from === 0 ? counted[i] : added(phase, total, counted[i]));
        }
      });
    const sessions: Session[] = [{ phase: counting(0, first), repeat: 1 }];
    if (tiles > 1) sessions.push({ phase: counting(first, COUNT_TILE), repeat: tiles - 1 });
    const [positives, negatives] = totals;
    const phase = this.#plan.phase('pairs of counted rows', (phase) => this.#pair(phase, positives, negatives));
    return [...sessions, { phase, repeat: 1 }];
  }

  /** For positive and for negative rows of a tile: in row j and column k those whose coarse bucket is below j and whose fine one is below k. */
  #countsOf(phase: PhaseBuilder, labels: ValueId, from: number, tile: number): readonly ValueId[] {
    const [z, y] = [this.#logits.all, labels].map((of) => phase.gather(of, 'next', tile, from));
    const negative = phase.linear([{ value: y, factor: exactly(-1) }], exactly(1), 0);
    const { coarse, fine } = bucketNumbers(phase, z, [phase.bounded(y, 1), phase.bounded(negative, 1)]);
    return coarse.map((numbers) => phase.open(phase.product('matmulNT', numbers, fine, 'rows by bucket', tile)));
  }

  #pair(phase: PhaseBuilder, positives: ValueId, negatives: ValueId): void {
    const { coarse, fine } = BUCKETS;
    const rows = this.#rows;
    const factors = (...each: readonly (readonly [ValueId, number])[]) => {
      const terms = each.map(([value, factor]) => ({ value, factor: exactly(factor) }));
      return phase.linear(terms, exactly(0), phase.valueOf(each[0][0]).fractionalBits);
    };
    const columns = (of: ValueId, from: number) =>
      phase.selectColumns(
        of,
        Array.from({ length: fine }, (_, k) => from + k),
      );
    /** In each coarse bucket, those whose fine bucket is below k. */
    const byCoarse = (of: ValueId) => {
      const [lower, upper] = [0, 1].map((first) => phase.gather(of, 'next', coarse, first));
      return { lower, inside: phase.bounded(factors([upper, 1], [lower, -1]), rows) };
    };
    const byBucket = (inside: ValueId) =>
      phase.bounded(factors([columns(inside, 1), 1], [columns(inside, 0), -1]), rows);

    const count = coarse * fine;
    const positive = phase.laidOut(
      [byBucket(byCoarse(positives).inside)],
      { rows: 1, cols: count },
      'positive rows by bucket',
    );
    const { lower, inside } = byCoarse(negatives);
    const before = phase.repeatColumn(phase.selectColumns(lower, [fine]), fine);
    const belowAndUpTo = phase.bounded(
      factors([before, 2], [columns(inside, 0), 1], [columns(inside, 1), 1]),
      2 * rows,
    );
    const pairs = [
      { total: this.#total, negative: belowAndUpTo },
      { total: this.#tied, negative: byBucket(inside) },
    ];
    for (const { total, negative } of pairs) {
      const { name, bound } = phase.valueOf(total);
      const others = phase.laidOut([negative], { rows: count, cols: 1 }, 'negative rows by bucket');
      phase.update(total, phase.open(phase.product('matmul', positive, others, name, bound)));
    }
  }
}

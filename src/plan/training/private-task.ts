/**
 * What privacy adds to the plan of a training: noise on all that is released.
 *
 * Noise is part of what the parties add up, so it costs no round. All weights of all steps count as released, so whatever follows
 * from them alone, like a watch over them, costs no privacy; nothing else may be watched.
 * @module
 */
import { scalar } from '../../graph/graph.ts';
import { UNCLIPPED } from '../outputs/unclipped.ts';
import type { ValueId } from '../plan.ts';
import { exactly } from '../write/linear-builder.ts';
import type { PhaseBuilder } from '../write/phase-builder.ts';
import type { PlanBuilder } from '../write/plan-builder.ts';

/** How a training with differential privacy differs. */
export interface PrivateTask {
  /** Largest L2 norm of the gradient of one example. */
  readonly norm: number;
  /** Deviation of the noise of honest parties together, over the largest change by one record: of a step, and of the counts together. */
  readonly noiseMultiplier: number;
  readonly countsMultiplier?: number;
  /** Rows that each owner enters in a step, where owners sample them; otherwise batches are of loaded records. */
  readonly capacities?: Readonly<Record<string, number>>;
}

/** Counts get noise in units of 2^−COUNT_BITS: fine enough to be as good as continuous. */
const COUNT_BITS = 16;
/**
 * How much the number of unclipped examples, which is released with each gradient, weighs beside it: its own noise is so many times as large as what a record
 * changes, and the noise of both together is larger by a factor of √(1 + weight²), 1.002.
 */
const UNCLIPPED_WEIGHT = 1 / 16;

/** Of the noise on gradients, so that the noise multiplier of the task is that of gradients and count together. */
export const gradientMultiplier = ({ noiseMultiplier }: Pick<PrivateTask, 'noiseMultiplier'>): number =>
  noiseMultiplier * Math.hypot(1, UNCLIPPED_WEIGHT);

/** Room for the number of unclipped examples, with noise: it stays below the rows of all steps, or hardly beyond. */
export function addUnclipped(plan: PlanBuilder, rows: number): ValueId {
  return plan.addState({ rows: 1, cols: 1 }, COUNT_BITS, 2 * rows, UNCLIPPED);
}

/** The number of unclipped examples of a step, with noise; added to those before. */
export function countUnclipped(phase: PhaseBuilder, task: PrivateTask, counted: ValueId, total: ValueId): void {
  const noiseMultiplier = gradientMultiplier(task) / UNCLIPPED_WEIGHT;
  const noisy = phase.open(phase.noise(inCountBits(phase, counted), scalar(1), noiseMultiplier));
  const terms = [total, noisy].map((value) => ({ value, factor: exactly(1) }));
  const { bound } = phase.valueOf(total);
  phase.update(total, phase.bounded(phase.linear(terms, exactly(0), COUNT_BITS), bound));
}

/** Counts on test rows, of which a record changes each by at most 1, with noise. */
export function noisyCounts<Count extends { readonly value: ValueId }>(
  phase: PhaseBuilder,
  countsMultiplier: number,
  counts: readonly Count[],
): Count[] {
  const together = scalar(Math.sqrt(counts.length));
  return counts.map((count) => ({
    ...count,
    value: phase.noise(inCountBits(phase, count.value), together, countsMultiplier),
  }));
}

function inCountBits(phase: PhaseBuilder, value: ValueId): ValueId {
  const bits = COUNT_BITS - phase.valueOf(value).fractionalBits;
  return phase.linear([{ value, factor: { ...exactly(1), bits } }], exactly(0), COUNT_BITS, phase.valueOf(value).name);
}

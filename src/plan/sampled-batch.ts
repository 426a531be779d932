/**
 * A batch that owners sample by themselves: each enters as many rows in every step as it has room for, the last of them padding, and
 * nobody else can tell which.
 * @module
 */
import type { PhaseBuilder } from './phase-builder.ts';
import type { ValueId } from './plan.ts';

export interface SampledBatch {
  readonly features: ValueId;
  readonly labels: ValueId;
  /** One column: 1 for a row of padding, otherwise 0. */
  readonly padding: ValueId;
}

export interface Columns {
  readonly cols: number;
  readonly fractionalBits: number;
  readonly bound: number;
}

/** `capacities`: rows of each owner, by name. */
export function sampledBatch(
  phase: PhaseBuilder,
  capacities: Readonly<Record<string, number>>,
  features: Columns,
  labels: Columns,
): SampledBatch {
  const enter = (name: string, { cols, fractionalBits, bound }: Columns, layer?: string) => {
    const parts = Object.entries(capacities).map(([owner, rows]) =>
      phase.input(owner, `sample.${name}`, { rows, cols }, fractionalBits, bound, { name: `sample.${name}`, layer }),
    );
    return phase.stack(parts, { name: `batch ${name}`, layer });
  };
  return {
    features: enter('features', features, 'records'),
    labels: enter('labels', labels, 'records'),
    padding: enter('padding', { cols: 1, fractionalBits: 0, bound: 1 }),
  };
}

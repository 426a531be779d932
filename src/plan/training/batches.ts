/**
 * Where the rows of a step come from: records that have entered before, in a public order, or rows that their owners sample and enter in every step.
 * @module
 */

import type { NodeId } from '../../graph/graph.ts';
import type { Model } from '../../graph/model.ts';
import type { ValueId } from '../plan.ts';
import type { PhaseBuilder } from '../write/phase-builder.ts';
import type { Columns, DataSets, RecordSet } from './data-sets.ts';
import type { RowsByOwner } from './task.ts';

/** Where no row says whether it is padding, none is. */
export interface Batch {
  readonly features: ValueId;
  readonly labels: ValueId;
  /** Where rows have weights: see `RecordSet`. */
  readonly weights?: ValueId;
  readonly weightedFeatures?: ValueId;
  /** One column: 1 for a row of padding, otherwise 0. */
  readonly padding?: ValueId;
}

export interface Batches {
  /** The training records, where they enter before the training. */
  readonly records?: RecordSet;
  /** The rows of the step that the phase is. */
  readonly take: (phase: PhaseBuilder) => Batch;
}

/** Batches of records that enter before the training. */
export function loadedBatches(data: DataSets, rows: RowsByOwner, batch: number): Batches {
  const records = data.add('train', rows);
  return {
    records,
    take: (phase) => {
      const gather = (of: ValueId) => phase.gather(of, 'batch', batch);
      const { features, labels, weights, weightedFeatures } = records;
      return {
        features: gather(features),
        labels: gather(labels),
        ...(weights === undefined ? {} : { weights: gather(weights) }),
        ...(weightedFeatures === undefined ? {} : { weightedFeatures: gather(weightedFeatures) }),
      };
    },
  };
}

/**
 * Batches that owners sample by themselves: each enters as many rows in every step as its capacity, the last of them padding, and nobody else can tell
 * which.
 */
export function sampledBatches(data: DataSets, capacities: RowsByOwner): Batches {
  return {
    take: (phase) => {
      const enter = (name: string, { cols, fractionalBits, bound }: Columns, layer?: string) => {
        const parts = Object.entries(capacities).map(([owner, rows]) =>
          phase.input(owner, `sample.${name}`, { rows, cols }, fractionalBits, bound, {
            name: `sample.${name}`,
            layer,
          }),
        );
        return phase.stack(parts, { name: `batch ${name}`, layer });
      };
      return {
        features: enter('features', data.features, 'records'),
        labels: enter('labels', data.labels, 'records'),
        ...(data.weights === undefined ? {} : { weights: enter('weights', data.weights, 'records') }),
        padding: enter('padding', { cols: 1, fractionalBits: 0, bound: 1 }),
      };
    },
  };
}

/** The nodes of a model that take the weights of a batch, with their values. */
export function knownWeights(model: Pick<Model, 'weights' | 'weightedFeatures'>, batch: Batch): [NodeId, ValueId][] {
  const pairs = [
    [model.weights, batch.weights],
    [model.weightedFeatures, batch.weightedFeatures],
  ] as const;
  return pairs.flatMap(([node, value]): [NodeId, ValueId][] =>
    node === undefined || value === undefined ? [] : [[node, value]],
  );
}

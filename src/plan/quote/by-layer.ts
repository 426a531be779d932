/**
 * What each layer of the model sends, by the layers of values.
 * @module
 */

import { operationCost } from '../../operations/table.ts';
import { openingBytes } from '../../protocol/consumption.ts';
import type { Phase, Plan } from '../plan.ts';
import { layerOf } from '../write/label-layers.ts';
import { correctionWords } from '../write/layout.ts';

export interface LayerCost {
  readonly layer: string;
  /** Rounds of a repetition in which it opens something; layers share rounds. */
  readonly rounds: number;
  /** Bytes that an evaluator sends to all others to open it, and of corrections for it, in one repetition. */
  readonly openingBytes: number;
  readonly correctionBytes: number;
}

/** What serves no layer. */
const OTHERS = 'others';

/** The layer of each operation of a phase, in order. */
export const layersOfOperations = ({ values }: Pick<Plan, 'values'>, { ops }: Phase): readonly string[] =>
  ops.map(({ op }) => layerOf(op, values) ?? OTHERS);

/** What each layer of a phase sends in one repetition, in the order in which the phase comes to them. */
export function costByLayer(plan: Plan, phase: Phase): readonly LayerCost[] {
  const { roles } = plan;
  const peers = roles.evaluators.length - 1;
  const layers = layersOfOperations(plan, phase);
  const costs = phase.ops.map(({ op, round }, i) => {
    const { openings, material } = operationCost(op, plan);
    return {
      layer: layers[i],
      rounds: openings.map((_, stage) => round + stage),
      opened: peers * openings.reduce((sum, opening) => sum + openingBytes(opening), 0),
      corrected: 8 * correctionWords(material),
    };
  });
  return [...new Set(layers)].map((layer) => {
    const own = costs.filter((cost) => cost.layer === layer);
    return {
      layer,
      rounds: new Set(own.flatMap(({ rounds }) => rounds)).size,
      openingBytes: own.reduce((sum, { opened }) => sum + opened, 0),
      correctionBytes: own.reduce((sum, { corrected }) => sum + corrected, 0),
    };
  });
}

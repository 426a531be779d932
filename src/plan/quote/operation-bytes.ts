/**
 * What one operation adds to the messages of its phase, in bytes.
 * @module
 */

import { operationCost } from '../../operations/table.ts';
import { openingBytes } from '../../protocol/consumption.ts';
import type { Op, Plan } from '../plan.ts';
import { correctionWords } from '../write/layout.ts';

export interface OperationBytes {
  /** From each evaluator to each other one, in all rounds of the operation. */
  readonly opened: number;
  /** From the dealer to the last evaluator. */
  readonly correction: number;
}

export function operationBytes(op: Op, plan: Plan): OperationBytes {
  const { material, openings } = operationCost(op, plan);
  const opened = openings.reduce((sum, opening) => sum + openingBytes(opening), 0);
  return { opened, correction: 8 * correctionWords(material) };
}

/**
 * What owners enter in a phase, in the order of its operations.
 * @module
 */
import type { Entering } from './effects.ts';
import { declared, type Op } from './table.ts';
import type { Value } from './value.ts';

export interface EnteringOp extends Entering {
  /** Its place among the operations of the phase. */
  readonly operation: number;
}

export const enteringOps = (ops: readonly Op[], values: readonly Value[]): readonly EnteringOp[] =>
  ops.flatMap((op, operation) => {
    const entering = declared(op).enters?.(op, values);
    return entering === undefined ? [] : [{ ...entering, operation }];
  });

/**
 * Records that have entered, by the values that hold them.
 * @module
 */
import type { ValueId } from '../plan.ts';

export interface RecordSet {
  readonly features: ValueId;
  readonly labels: ValueId;
}

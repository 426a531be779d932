/**
 * A training as `trefoil privacy` takes it, and the events that it would release.
 * @module
 */
import { capacityOf, overflowOf } from './capacity.ts';
import type { PrivacyEvent, PrivacyUnit } from './events.ts';

export type Sampling = 'poisson' | 'full' | 'public';

/** A training to be accounted for. */
export interface PrivateTraining {
  readonly sampling: Sampling;
  readonly records: number;
  readonly batch: number;
  readonly epochs: number;
  readonly owners: number;
  readonly delta: number;
  readonly unit: PrivacyUnit;
}

/** What an owner's batch has room for; all owners are taken to have as many rows. */
export interface Room {
  readonly rows: number;
  readonly rate: number;
  readonly capacity: number;
  readonly overflow: number;
}

export function stepsOf({ sampling, records, batch, epochs }: PrivateTraining): number {
  return sampling === 'full' ? epochs : epochs * Math.floor(records / batch);
}

export function roomOf({ records, batch, owners, unit }: PrivateTraining): Room {
  const rows = Math.ceil(records / owners);
  const rate = batch / records;
  const capacity = capacityOf(rows, rate);
  // A person's records may lie with several owners, any of whose batches may be full.
  const overflow = Math.min(owners, unit.records) * overflowOf(rows, rate, capacity, unit.records);
  return { rows, rate, capacity, overflow: Math.min(1, overflow) };
}

/** Public batches are no secret, so that sampling hides nobody: a record takes part once an epoch, in the open. */
export function releasedBy(training: PrivateTraining, noiseMultiplier: number): PrivacyEvent[] {
  const release = { what: 'gradient steps', data: 'train', noiseMultiplier } as const;
  if (training.sampling !== 'poisson') return [{ ...release, kind: 'gaussian', count: training.epochs }];
  const { rate, overflow } = roomOf(training);
  return [{ ...release, kind: 'sampled gaussian', rate, overflow, count: stepsOf(training) }];
}

/**
 * What is attacked of federated learning, and an attack as it waits to be run.
 * @module
 */
import type { Records } from '../../data/records.ts';
import type { Architecture } from '../../graph/mlp.ts';
import type { ReconstructionReport } from '../report/audit-report.ts';
import type { AttackedBatch, AttackFacts, Guessing } from './attacked-batches.ts';
import type { FederatedTraining } from './federated.ts';

export interface Reconstruction {
  readonly architecture: Architecture;
  /** Training records of each owner, three of them or more, standardised. */
  readonly owners: readonly Records[];
  readonly range: Guessing['range'];
  readonly featureNames: readonly string[];
  readonly picture?: ReconstructionReport['picture'];
  readonly initial: FederatedTraining['initial'];
  /** The learning rate of the federated training. */
  readonly rate: number;
  readonly seed: string;
  readonly isQuick: boolean;
  readonly onProgress?: (done: number, of: number) => void;
}

/** One attack, batch by batch. */
export interface PlannedAttack {
  readonly facts: AttackFacts;
  readonly batches: Iterable<AttackedBatch>;
  readonly count: number;
}

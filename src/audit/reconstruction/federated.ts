/**
 * Federated learning of the same network, in plaintext. It protects nothing and is here for comparison alone: an audit shows what its server and
 * its participants find out, beside what Trefoil lets anyone see.
 *
 * FedSGD sends the gradient of one batch; FedAvg several local steps, as the sum of their gradients (McMahan et al. 2017).
 * @module
 */
import type { Records } from '../../data/records.ts';
import { invariant } from '../../errors.ts';
import type { Initial } from '../../graph/layers/layer.ts';
import type { Architecture } from '../../graph/mlp.ts';
import { chosenRecords } from '../models/chosen-records.ts';
import { Draws } from '../models/draws.ts';
import { combination, meanGradient } from '../models/gradient.ts';
import { initialParameters, type Parameters } from '../models/network.ts';

export interface FederatedTraining {
  readonly rounds: number;
  /** Records of an owner in each local step. */
  readonly batch: number;
  /** 1: FedSGD. */
  readonly localSteps: number;
  /** Whether all local steps of a round take the same records, or each of them others. */
  readonly localRecords: 'same' | 'fresh';
  readonly rate: number;
  readonly initial: Initial;
}

export interface FederatedRound {
  /** The model that the server sent to all. */
  readonly global: Parameters;
  /** What the server got from each owner: (model sent − model trained) / rate. */
  readonly updates: readonly Parameters[];
  /** The model after the round: what every participant sees next. */
  readonly next: Parameters;
  /** Which records each owner took; nobody else learns that, and it scores the attacks. */
  readonly taken: readonly Records[];
}

/** Every owner's update weighs the same. `start` is a model that the server sends in place of random parameters. */
export function* federatedRounds(
  architecture: Architecture,
  { rounds, batch, localSteps, localRecords, rate, initial }: FederatedTraining,
  owners: readonly Records[],
  seed: string,
  start: Parameters = initialParameters(architecture, initial, new Draws(seed, 'initial parameters')),
): Generator<FederatedRound> {
  const draws = owners.map((_, owner) => new Draws(seed, `federated batches of owner ${owner}`));
  const steps = Array.from({ length: localSteps }, (_, step) => (localRecords === 'same' ? 0 : step));
  const wanted = batch * (1 + Math.max(...steps));
  for (const { rows } of owners) invariant(rows >= wanted, `${rows} records for ${wanted} in a round`);
  let global = start;
  for (let round = 0; round < rounds; round++) {
    const taken = owners.map((records, owner) =>
      chosenRecords(records, draws[owner].order(records.rows).subarray(0, wanted)),
    );
    const updates = taken.map((records) => localUpdate(architecture, global, records, batch, steps, rate));
    const next = combination([[1, global], ...updates.map((update) => [-rate / owners.length, update] as const)]);
    yield { global, updates, next, taken };
    global = next;
  }
}

function localUpdate(
  architecture: Architecture,
  global: Parameters,
  records: Records,
  batch: number,
  steps: readonly number[],
  rate: number,
): Parameters {
  let local = global;
  const gradients = steps.map((step) => {
    const rows = Array.from({ length: batch }, (_, i) => step * batch + i);
    const gradient = meanGradient(architecture, local, chosenRecords(records, rows));
    local = combination([
      [1, local],
      [-rate, gradient],
    ]);
    return gradient;
  });
  return combination(gradients.map((gradient) => [1, gradient]));
}

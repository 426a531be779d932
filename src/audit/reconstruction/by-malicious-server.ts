/**
 * A server of federated learning that sends a model made to give records away.
 * @module
 */
import { firstOf } from '../../graph/layers/index.ts';
import { layerShapes } from '../../graph/mlp.ts';
import { Draws } from '../models/draws.ts';
import type { AttackedBatch } from './attacked-batches.ts';
import { federatedRounds } from './federated.ts';
import type { PlannedAttack, Reconstruction } from './planned-attack.ts';
import { plantedModel, recoverPlanted } from './planted-weights.ts';

const SIZES = [8, 32, 64];
const UPDATES = { full: 6, quick: 2 };
/** A group has to have more units than a batch has records. */
const UNITS_A_GROUP = 48;

const METHOD =
  'The server plants an imprint layer (Fowl et al. 2022; Boenisch et al. 2023): each unit answers to records beyond a threshold along one direction, so that ' +
  'differences of two units hold what lies between, mostly a single record.';
const LIMITS = [
  'Thresholds lie at the quantiles of records of the server’s own; here they are another hospital’s.',
  'A hospital that looks at the model can see that it was planted; with more records in a batch than units, few are alone between two thresholds.',
];

/** Needs a first layer of dense ReLU units. */
export function byMaliciousServer(setting: Reconstruction): PlannedAttack[] {
  const { architecture, owners, isQuick } = setting;
  if (!firstOf(architecture.layers).isCut) return [];
  const count = UPDATES[isQuick ? 'quick' : 'full'];
  return SIZES.filter((batch) => owners.every(({ rows }) => rows >= batch)).map((batch) => ({
    facts: {
      ...{ attack: 'planted weights', adversary: 'malicious server', system: 'federated' },
      ...{ method: METHOD, limits: LIMITS, batch },
    },
    ...{ count, batches: planted(setting, batch, count) },
  }));
}

function* planted(
  { architecture, owners, initial, rate, seed, range: [low, high] }: Reconstruction,
  batch: number,
  count: number,
): Generator<AttackedBatch> {
  const groups = Math.max(1, Math.floor(layerShapes(architecture)[0].cols / UNITS_A_GROUP));
  for (let i = 0; i < count; i++) {
    const own = `${seed}, planted for ${batch}, ${i + 1}`;
    const model = plantedModel(architecture, owners[(i + 1) % owners.length], groups, new Draws(own, 'directions'));
    const training = { rounds: 1, batch, localSteps: 1, localRecords: 'same', rate, initial } as const;
    const owner = owners[i % owners.length];
    for (const { updates, taken } of federatedRounds(architecture, training, [owner], own, model.parameters)) {
      const found = recoverPlanted(architecture, model, updates[0][0], batch);
      yield { truth: taken[0].features, reconstructed: found.map((x) => Math.min(high, Math.max(low, x))) };
    }
  }
}

/**
 * Shadow models: trained as the model under attack was, on random halves of the records in question.
 *
 * They come in pairs, one on the records for which a fair coin fell heads and one on the others. So each record is in exactly half of them, and in each one by a coin of
 * its own.
 * @module
 */
import { setImmediate } from 'node:timers/promises';
import type { Records } from '../../data/records.ts';
import { invariant } from '../../errors.ts';
import type { Architecture } from '../../graph/mlp.ts';
import { chosenRecords, flagged } from '../models/chosen-records.ts';
import { Draws } from '../models/draws.ts';
import { logitsOf, type Parameters } from '../models/network.ts';
import { scaledConfidences } from './confidence.ts';
import type { ShadowAnswers } from './likelihood-ratio.ts';

/** A training, whose only randomness is the seed. */
export type Train = (records: Records, seed: string) => Parameters;

export interface Shadowing {
  readonly architecture: Architecture;
  readonly train: Train;
  /** An even number, 4 at least. */
  readonly models: number;
  readonly seed: string;
  /** After each model. */
  readonly onTrained?: (done: number, models: number) => void;
}

/** Between two models, messages, signals and timers get their turn. */
export async function shadowModels(pool: Records, shadowing: Shadowing): Promise<ShadowAnswers> {
  const { architecture, train, models, seed, onTrained } = shadowing;
  invariant(models >= 4 && models % 2 === 0, `${models} shadow models come in pairs, two at least`);
  const coins = new Draws(seed, 'halves');
  const isMember: Uint8Array[] = [];
  const confidences: Float64Array[] = [];
  for (let model = 0; model < models; model++) {
    const other = model % 2 === 1 ? isMember[model - 1] : undefined;
    const members = Uint8Array.from({ length: pool.rows }, (_, i) =>
      other === undefined ? Number(coins.coin()) : 1 - other[i],
    );
    isMember.push(members);
    const parameters = train(chosenRecords(pool, flagged(members)), `${seed}, shadow model ${model + 1}`);
    confidences.push(scaledConfidences(architecture, logitsOf(architecture, parameters, pool), pool.labels));
    onTrained?.(model + 1, models);
    await setImmediate();
  }
  return { isMember, confidences };
}

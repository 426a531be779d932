/**
 * All attacks that rebuild records from federated learning of a network: by its server, honest or not, and by who takes part.
 * @module
 */
import { setImmediate } from 'node:timers/promises';
import { invariant } from '../../errors.ts';
import { joinedRecords, meanRecord } from '../models/chosen-records.ts';
import { Draws } from '../models/draws.ts';
import type { ReconstructionReport, ReconstructionResult } from '../report/audit-report.ts';
import { type AttackedBatch, RECOGNISABLE, resultOf } from './attacked-batches.ts';
import { byMaliciousServer } from './by-malicious-server.ts';
import { byParticipant, classesFromModels } from './by-participant.ts';
import { byServer } from './by-server.ts';
import type { Reconstruction } from './planned-attack.ts';

export async function attackFederated(setting: Reconstruction): Promise<ReconstructionReport> {
  const { owners, range, featureNames, picture, seed, onProgress } = setting;
  invariant(owners.length >= 3, 'a participant has two others at least');
  const all = [
    ...byServer(setting),
    ...byMaliciousServer(setting),
    ...byParticipant(setting),
    ...classesFromModels(setting),
  ];
  const guessing = { meanRecord: meanRecord(owners.reduce(joinedRecords)), range };
  const of = all.reduce((sum, { count }) => sum + count, 0);
  let done = 0;
  const results: ReconstructionResult[] = [];
  for (const [i, { facts, batches }] of all.entries()) {
    const attacked: AttackedBatch[] = [];
    for (const batch of batches) {
      attacked.push(batch);
      onProgress?.(++done, of);
      // Signals and the screen get a turn.
      await setImmediate();
    }
    results.push(resultOf(facts, attacked, guessing, new Draws(seed, `guesses against attack ${i}`)));
  }
  return {
    ...{ seed, featureNames, range, recognisable: RECOGNISABLE, results, curves: curvesOf(results) },
    ...(picture === undefined ? {} : { picture }),
  };
}

/** Of the attacks that were tried on several batches. */
function curvesOf(results: readonly ReconstructionResult[]): ReconstructionReport['curves'] {
  const names = [...new Set(results.map(({ attack }) => attack))];
  return names.flatMap((name) => {
    const those = results.filter(({ attack }) => attack === name);
    const [{ attack, adversary, system }] = those;
    const points = those.map(({ batch, score }) => ({ batch, recognised: score.recognised }));
    return points.length < 2 ? [] : [{ attack, adversary, system, points }];
  });
}

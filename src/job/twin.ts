/**
 * Training in the clear, for comparison: the same plan on all records together, in float64 and in fixed point. It needs
 * everybody's records, so it exists for rehearsals on one machine alone.
 * @module
 */
import { readRecords } from '../data/csv.ts';
import type { Records } from '../data/records.ts';
import { publicStreams } from '../prg/session-keys.ts';
import type { Revealed } from '../runtime/node.ts';
import { runFloat64 } from '../runtime/plaintext.ts';
import { simulateInTheClear } from '../runtime/simulate.ts';
import { ownerInputs, type Quality, qualityOf, recordsWanted } from './owner.ts';
import type { Job, NodeConfig } from './schema.ts';
import { twinPlan } from './task.ts';

export interface TwinOutcome {
  readonly quality: Quality;
  /** Weights, then bias, on standardised features. */
  readonly parameters: readonly number[];
}

export interface Twins {
  readonly float64: TwinOutcome;
  readonly fixedPoint: TwinOutcome;
}

/** `configs` by party; `seed` is the public seed of the run to compare with. */
export async function runTwins(job: Job, configs: ReadonlyMap<string, NodeConfig>, seed: Uint8Array): Promise<Twins> {
  const read = async (kind: 'train' | 'test') => {
    const parts: Records[] = [];
    for (const party of job.parties) {
      const path = configs.get(party.name)?.data[kind];
      if (path !== undefined && party[kind] > 0) parts.push(await readRecords(path, recordsWanted(job, party[kind])));
    }
    return together(parts, job.data.features.length);
  };
  const inputs = ownerInputs(job, { train: await read('train'), test: await read('test') });
  const plan = twinPlan(job);
  const order = publicStreams(seed);
  const float64 = runFloat64(plan, () => inputs, order);
  const fixedPoint = await simulateInTheClear(plan, () => inputs, order);
  return { float64: outcome(job, float64), fixedPoint: outcome(job, fixedPoint) };
}

function outcome(job: Job, revealed: Revealed): TwinOutcome {
  const parameters = ['weights 1', 'bias 1'].flatMap((name) => [...(revealed.get(name) ?? [])]);
  return { quality: qualityOf(job, revealed), parameters };
}

function together(parts: readonly Records[], columns: number): Records {
  const features = Float64Array.from(parts.flatMap((part) => [...part.features]));
  const labels = Float64Array.from(parts.flatMap((part) => [...part.labels]));
  return { features, labels, rows: labels.length, columns };
}

/**
 * Training in the clear, for comparison: the same plan on all records together, in float64 and in fixed point. It needs
 * everybody's records, so it exists for rehearsals on one machine alone.
 * @module
 */
import type { Records } from '../data/records.ts';
import { sourceOf } from '../data/source.ts';
import { publicStreams } from '../prg/session-keys.ts';
import type { Revealed } from '../runtime/node.ts';
import { runFloat64 } from '../runtime/plaintext.ts';
import { simulateInTheClear } from '../runtime/simulate.ts';
import { ownerInputs, parametersOf, type Quality, qualityOf, recordsWanted } from './owner.ts';
import type { Job, NodeConfig } from './schema.ts';
import { totalRows, twinPlan } from './task.ts';

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
    const [rows, columns] = [totalRows(job, kind), job.data.features.length];
    const all: Records = { features: new Float64Array(rows * columns), labels: new Float64Array(rows), rows, columns };
    let row = 0;
    for (const party of job.parties) {
      const file = configs.get(party.name)?.data[kind];
      if (file === undefined || party[kind] === 0) continue;
      const part = await sourceOf(file).read(recordsWanted(job, party[kind]));
      all.features.set(part.features, row * columns);
      all.labels.set(part.labels, row);
      row += part.rows;
    }
    return all;
  };
  const inputs = ownerInputs(job, { train: await read('train'), test: await read('test') });
  const plan = twinPlan(job);
  const order = publicStreams(seed);
  const float64 = runFloat64(plan, () => inputs, order);
  const fixedPoint = await simulateInTheClear(plan, () => inputs, order);
  return { float64: outcome(job, float64), fixedPoint: outcome(job, fixedPoint) };
}

function outcome(job: Job, revealed: Revealed): TwinOutcome {
  return { quality: qualityOf(job, revealed), parameters: parametersOf(revealed) };
}

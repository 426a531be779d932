/**
 * Training in the clear, for comparison: the same plan on all records together, in float64 and in fixed point. It needs
 * everybody's records, so it exists for rehearsals on one machine alone.
 * @module
 */
import type { Records } from '../data/records.ts';
import { sourceOf } from '../data/source.ts';
import { publicStreams } from '../prg/session-keys.ts';
import type { Node, Revealed } from '../runtime/node.ts';
import { runFloat64 } from '../runtime/plaintext.ts';
import { simulateInTheClear } from '../runtime/simulate.ts';
import { ownerInputs, parametersOf, type Quality, qualityOf, recordsWanted } from './owner.ts';
import type { Job, NodeConfig, RowKind } from './schema.ts';
import { twinPlan } from './task.ts';

export interface TwinOutcome {
  readonly quality: Quality;
  /** Weights, then bias, on standardised features. */
  readonly parameters: readonly number[];
  /** What early stopping decided on, by epoch. */
  readonly validation: readonly number[];
}

export interface Twins {
  readonly float64: TwinOutcome;
  readonly fixedPoint: TwinOutcome;
}

/** `configs` by party; `seed` is the public seed of the run to compare with. */
export async function runTwins(job: Job, configs: ReadonlyMap<string, NodeConfig>, seed: Uint8Array): Promise<Twins> {
  const read = async (kind: RowKind) => {
    const parts: Records[] = [];
    for (const party of job.parties) {
      const file = configs.get(party.name)?.data[kind];
      if (file !== undefined && party[kind] > 0) {
        parts.push(await sourceOf(file).read(recordsWanted(job, party[kind])));
      }
    }
    return together(parts, job.data.features.length);
  };
  const inputs = ownerInputs(job, {
    train: await read('train'),
    test: await read('test'),
    validation: await read('validation'),
  });
  const plan = twinPlan(job);
  const order = publicStreams(seed);
  const run = async (execute: (onRevealed: Node['onRevealed']) => Revealed | Promise<Revealed>) => {
    const validation: number[] = [];
    const revealed = await execute((name, [value]) => {
      if (name === plan.earlyStopping?.output) validation.push(value);
    });
    return { quality: qualityOf(job, revealed), parameters: parametersOf(revealed), validation };
  };
  return {
    float64: await run((onRevealed) => runFloat64(plan, () => inputs, order, onRevealed)),
    fixedPoint: await run((onRevealed) => simulateInTheClear(plan, () => inputs, order, { onRevealed })),
  };
}

function together(parts: readonly Records[], columns: number): Records {
  const features = joined(parts.map((part) => part.features));
  const labels = joined(parts.map((part) => part.labels));
  return { features, labels, rows: labels.length, columns };
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let start = 0;
  for (const part of parts) {
    all.set(part, start);
    start += part.length;
  }
  return all;
}

/**
 * The strongest attack on one update that applies to a network: what an honest server, a participant and, in vain, a node of Trefoil try.
 * @module
 */
import { firstOf } from '../../graph/layers/index.ts';
import type { Architecture } from '../../graph/mlp.ts';
import { Draws } from '../models/draws.ts';
import type { Parameters } from '../models/network.ts';
import { invertSingle } from './analytic-inversion.ts';
import { recoverBatch } from './batch-inversion.ts';

export interface UpdateAttack {
  /** What a feature can be: public knowledge. */
  readonly range: readonly [low: number, high: number];
  readonly isQuick: boolean;
  readonly seed: string;
}

const FULL = { steps: 300, passes: 4, attempts: 6000 };
const QUICK = { steps: 200, passes: 2, attempts: 2000 };
const RATE = 0.1;
/** An update is as exact as float64, so that what is less than this of the longest column is rounding. */
const TOLERANCE = 1e-9;

/** rows × inputs: `update` is taken for the gradient of the mean loss of so many records at `parameters`. Ends whatever it is. */
export function attackUpdate(
  architecture: Architecture,
  parameters: Parameters,
  update: Parameters,
  rows: number,
  { range, isQuick, seed }: UpdateAttack,
): Float64Array {
  const [low, high] = range;
  const single = rows === 1 && firstOf(architecture.layers).isDense ? invertSingle(update[0]) : undefined;
  if (single !== undefined) return single.map((x) => Math.min(high, Math.max(low, x)));
  const { steps, passes, attempts } = isQuick ? QUICK : FULL;
  const inversion = { matching: { steps, rate: RATE }, passes, attempts, tolerance: TOLERANCE, range };
  return recoverBatch(architecture, parameters, update, rows, inversion, new Draws(seed, 'attack')).features;
}

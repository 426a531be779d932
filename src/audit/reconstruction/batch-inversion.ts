/**
 * The strongest attack here on a batch of a passive server: gradient matching guesses where each record's zeros are, the sparse inversion makes
 * of that exact records, and those are where the next matching begins. Without a dense ReLU layer first there are no zeros, and matching is all.
 * @module
 */
import { firstOf } from '../../graph/layers/index.ts';
import type { Architecture } from '../../graph/mlp.ts';
import type { Draws } from '../models/draws.ts';
import type { LayerParameters, Parameters } from '../models/network.ts';
import { cheapestAssignment } from './assignment.ts';
import { type GradientMatching, matchGradient } from './gradient-matching.ts';
import { rowsOf } from './low-rank.ts';
import { meanAnswer, recoveredLabels } from './recovered-labels.ts';
import { invertBatch, type SparseInversion } from './sparse-inversion.ts';

export interface BatchInversion {
  readonly matching: GradientMatching;
  /** How often both follow each other at most. */
  readonly passes: number;
  /** Draws of the sparse inversion in each pass. */
  readonly attempts: number;
  readonly tolerance: number;
  readonly range: readonly [low: number, high: number];
}

export interface RecoveredBatch {
  /** rows × inputs, within the range. */
  readonly features: Float64Array;
  /** Whether the adversary knows that it has all of them exactly. */
  readonly isProved: boolean;
  readonly passes: number;
}

/** The adversary knows the network, the update and the number of records in it. */
export function recoverBatch(
  architecture: Architecture,
  parameters: Parameters,
  gradient: Parameters,
  rows: number,
  { matching, passes, attempts, tolerance, range }: BatchInversion,
  draws: Draws,
): RecoveredBatch {
  const { inputs, layers } = architecture;
  const [low, high] = range;
  const hasZeros = firstOf(layers).isCut;
  const random = () => low + (high - low) * draws.uniform();
  let dummies: Float64Array = Float64Array.from({ length: rows * inputs }, random);
  let mean = meanAnswer(architecture, parameters, { features: dummies, rows });
  let best = { features: dummies, exact: -1, mismatch: Infinity };
  for (let pass = 1; ; pass++) {
    const labels = recoveredLabels(architecture, gradient[gradient.length - 1].bias, rows, mean);
    const matched = matchGradient(architecture, parameters, gradient, labels, range, matching, dummies);
    dummies = matched.features;
    const sparse = { attempts, tolerance, guides: dummies };
    const exact = hasZeros ? exactRecords(parameters[0], gradient[0], sparse, rows, range, draws) : [];
    const guesses = rowsOf(dummies, inputs);
    const places = cheapestAssignment(exact.map((record) => guesses.map((guess) => squaredDistance(record, guess))));
    exact.forEach((record, i) => {
      guesses[places[i]].set(record);
    });
    const { mismatch } = matched;
    if (exact.length > best.exact || (exact.length === best.exact && mismatch < best.mismatch)) {
      best = { features: dummies.slice(), exact: exact.length, mismatch };
    }
    const isProved = exact.length === rows;
    if (isProved || pass === passes) return { features: best.features, isProved, passes: pass };
    mean = meanAnswer(architecture, parameters, { features: dummies, rows });
    // Those that were not found begin elsewhere.
    guesses.forEach((guess, row) => {
      if (!places.includes(row)) guess.set(guess.map(random));
    });
  }
}

/** As many as the adversary has reason to believe, `rows` at the most: of another number the update is not what it seems. */
function exactRecords(
  layer: LayerParameters,
  gradient: LayerParameters,
  sparse: SparseInversion,
  rows: number,
  [low, high]: BatchInversion['range'],
  draws: Draws,
): Float64Array[] {
  const { features, agrees } = invertBatch(layer, gradient, sparse, draws);
  const within = features.map((x) => Math.min(high, Math.max(low, x)));
  return rowsOf(within, gradient.weights.length / gradient.bias.length)
    .filter((_, row) => agrees[row])
    .slice(0, rows);
}

export const squaredDistance = (x: Float64Array, y: Float64Array): number =>
  x.reduce((sum, value, i) => sum + (value - y[i]) ** 2, 0);

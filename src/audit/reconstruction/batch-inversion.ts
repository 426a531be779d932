/**
 * The strongest attack here on a batch of a passive server: gradient matching guesses where each record's zeros are, the sparse inversion makes
 * of that exact records, and those are where the next matching begins.
 * @module
 */
import type { Records } from '../../data/records.ts';
import type { Architecture } from '../../graph/mlp.ts';
import type { Draws } from '../models/draws.ts';
import { logitsOf, type Parameters } from '../models/network.ts';
import { cheapestAssignment } from './assignment.ts';
import { type GradientMatching, matchGradient, recoveredLabels } from './gradient-matching.ts';
import { rowsOf } from './low-rank.ts';
import { invertBatch } from './sparse-inversion.ts';

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
  const { inputs } = architecture;
  const [low, high] = range;
  const random = () => low + (high - low) * draws.uniform();
  let dummies: Float64Array = Float64Array.from({ length: rows * inputs }, random);
  let mean = meanAnswer(architecture, parameters, { features: dummies, rows });
  let most = { features: dummies, exact: -1 };
  for (let pass = 1; ; pass++) {
    const labels = recoveredLabels(gradient[gradient.length - 1].bias, rows, mean);
    dummies = matchGradient(architecture, parameters, gradient, labels, range, matching, dummies).features;
    const { features, agrees } = invertBatch(
      parameters[0],
      gradient[0],
      { attempts, tolerance, guides: dummies },
      draws,
    );
    const within = features.map((x) => Math.min(high, Math.max(low, x)));
    const exact = rowsOf(within, inputs).filter((_, row) => agrees[row]);
    const guesses = rowsOf(dummies, inputs);
    const places = cheapestAssignment(exact.map((record) => guesses.map((guess) => squaredDistance(record, guess))));
    exact.forEach((record, i) => {
      guesses[places[i]].set(record);
    });
    if (exact.length > most.exact) most = { features: dummies.slice(), exact: exact.length };
    const isProved = exact.length === rows;
    if (isProved || pass === passes) return { features: most.features, isProved, passes: pass };
    mean = meanAnswer(architecture, parameters, { features: dummies, rows });
    // Those that were not found begin elsewhere.
    guesses.forEach((guess, row) => {
      if (!places.includes(row)) guess.set(guess.map(random));
    });
  }
}

/** The mean over the rows of the probability of each class. */
function meanAnswer(
  architecture: Architecture,
  parameters: Parameters,
  records: Pick<Records, 'features' | 'rows'>,
): Float64Array {
  const answers = rowsOf(logitsOf(architecture, parameters, records), architecture.outputs).map(softmax);
  return answers[0].map((_, c) => answers.reduce((sum, answer) => sum + answer[c], 0) / answers.length);
}

function softmax(logits: Float64Array): Float64Array {
  const most = Math.max(...logits);
  const powers = logits.map((x) => Math.exp(x - most));
  const sum = powers.reduce((total, x) => total + x, 0);
  return powers.map((x) => x / sum);
}

export const squaredDistance = (x: Float64Array, y: Float64Array): number =>
  x.reduce((sum, value, i) => sum + (value - y[i]) ** 2, 0);

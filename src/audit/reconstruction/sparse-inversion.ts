/**
 * A whole batch from its gradient, exactly (Dimitrov et al. 2024, "SPEAR: Exact Gradient Inversion of Batches in Federated Learning").
 *
 * The first layer's gradient, with the bias's as a further row, is Σ over records of (record, 1) ⊗ δ: of rank B, and δ is 0 where the ReLU of that
 * record is. So G = L·R, and δ = p·R for a p that is orthogonal to the columns of R at those zeros: B − 1 of them determine it. Columns are drawn,
 * and what gives most zeros is kept. From B of them follow all records, each scaled by its 1.
 *
 * Beyond that paper, columns are drawn with a guess of where a record's zeros are, which reaches larger batches.
 * @module
 */
import type { Draws } from '../models/draws.ts';
import type { LayerParameters } from '../models/network.ts';
import { GradientColumns } from './gradient-columns.ts';
import { inverse, SpanningSet } from './independent.ts';
import { type LowRank, longestColumn, lowRank, rowsOf } from './low-rank.ts';

export interface SparseInversion {
  /** How often columns are drawn at most: the bound on time. */
  readonly attempts: number;
  /** What is 0, relative to the longest column: 1e-9 where an update is as exact as float64. */
  readonly tolerance: number;
  /** Records that resemble some of the batch, rows × inputs: what gradient matching ends at, or the adversary's own. */
  readonly guides: Float64Array;
}

export interface InvertedBatch {
  /** The rank of the gradient: the number of records, unless they are more than the layer tells apart. */
  readonly rank: number;
  /** rank × inputs, or empty where fewer directions were found. */
  readonly features: Float64Array;
  /** Whether the network is on and off for a record as its δ says. Where all agree, all are right; otherwise these mostly are. */
  readonly agrees: readonly boolean[];
  readonly attempts: number;
}

/** A wrong record agrees in half to two thirds. Several local steps move the kinks a little, and a right one agrees in fewer than all. */
const AGREEING = 0.95;

/** `layer` is the first of the network; `gradient` its gradient. */
export function invertBatch(
  layer: LayerParameters,
  gradient: LayerParameters,
  { attempts, tolerance, guides }: SparseInversion,
  draws: Draws,
): InvertedBatch {
  const units = gradient.bias.length;
  const inputs = gradient.weights.length / units;
  const all = new Float64Array((inputs + 1) * units);
  all.set(gradient.weights);
  all.set(gradient.bias, inputs * units);
  const least = tolerance * longestColumn(all, units);
  const factors = lowRank(all, inputs + 1, units, least);
  const { rank } = factors;
  if (rank === 0) return { rank, features: new Float64Array(0), agrees: [], attempts: 0 };
  const columns = new GradientColumns(factors, units, least);
  const span = new SpanningSet(rank);
  const activations = [undefined, ...rowsOf(guides, inputs).map((guide) => standardised(activationsOf(layer, guide)))];
  let best: Candidate[] = [];
  let attempt = 0;
  while (attempt < attempts && (best.length === 0 || best.some(({ agreement }) => agreement < AGREEING))) {
    attempt++;
    const direction = columns.orthogonalTo(columns.order(activations[draws.below(activations.length)], draws));
    const zeros = columns.slopes(direction).reduce((sum, slope) => sum + Number(slope === 0), 0);
    // One less come by themselves; a single record needs none.
    if ((rank > 1 && zeros < rank) || !span.add(direction, zeros) || !span.isComplete) continue;
    const candidates = candidatesOf(layer, factors, columns, span.vectors);
    if (agreeingIn(candidates) >= agreeingIn(best)) best = candidates;
  }
  const features = new Float64Array(best.length * inputs);
  best.forEach(({ record }, row) => {
    features.set(record, row * inputs);
  });
  return { rank, features, agrees: best.map(({ agreement }) => agreement >= AGREEING), attempts: attempt };
}

const agreeingIn = (candidates: readonly Candidate[]) =>
  candidates.reduce((sum, { agreement }) => sum + Number(agreement >= AGREEING), 0);

interface Candidate {
  readonly record: Float64Array;
  /** Share of units that are on for the record where δ is not 0, and off where it is. */
  readonly agreement: number;
}

function candidatesOf(
  layer: LayerParameters,
  { rank, left }: LowRank,
  columns: GradientColumns,
  directions: readonly Float64Array[],
): Candidate[] {
  const inverted = inverse(directions);
  return directions.map((direction, b) => {
    const along = rowsOf(left, rank).map((row) => row.reduce((sum, x, k) => sum + x * inverted[k][b], 0));
    const one = along[along.length - 1];
    const record = Float64Array.from(along.slice(0, -1), (x) => x / one);
    const on = activationsOf(layer, record);
    const slopes = columns.slopes(direction);
    const agreeing = columns.units.filter((unit, j) => on[unit] > 0 === (slopes[j] !== 0));
    return { record, agreement: agreeing.length / columns.units.length };
  });
}

/** What each unit has before its ReLU. */
function activationsOf({ weights, bias }: LayerParameters, record: Float64Array): Float64Array {
  const sums = bias.slice();
  for (let i = 0, at = 0; i < record.length; i++) {
    for (let j = 0; j < sums.length; j++, at++) sums[j] += record[i] * weights[at];
  }
  return sums;
}

function standardised(x: Float64Array): Float64Array {
  const deviation = Math.hypot(...x) / Math.sqrt(x.length);
  return x.map((value) => value / deviation);
}

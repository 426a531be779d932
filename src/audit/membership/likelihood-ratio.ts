/**
 * LiRA, the likelihood-ratio attack (Carlini, Chien, Nasr, Song, Terzis, Tramèr 2022, "Membership inference attacks from first principles"): a record was in the
 * training if the model is as sure of it as models are that were trained on it, and not as others are.
 *
 * Online: ln N(φ; μ_in, σ_in²) − ln N(φ; μ_out, σ_out²), from shadow models with and without the record (algorithm 1 there). Offline: (φ − μ_out)/σ_out, from
 * those without it alone, which an adversary can train before it knows whom to ask for; monotone in the one-sided test of section VI.B.
 * @module
 */
import { invariant } from '../../errors.ts';

export type Variant = 'online' | 'offline';

/** What shadow models answer to the records in question. */
export interface ShadowAnswers {
  /** φ of each record, by model. */
  readonly confidences: readonly Float64Array[];
  /** 1 where a record was in the training of the model, by model. */
  readonly isMember: readonly Uint8Array[];
}

/**
 * From so many models on, each record has variances of its own (section VI.C there); with fewer, all records share one within the models that have them,
 * and one within those that do not.
 */
export const MODELS_FOR_OWN_VARIANCE = 64;
/** Below a deviation of this, a difference in φ is rounding. */
const LEAST_VARIANCE = 1e-12;

/** The score of each record, given φ of the model under attack. */
export function likelihoodRatios(target: Float64Array, shadows: ShadowAnswers, variant: Variant): Float64Array {
  const models = shadows.confidences.length;
  const [out, inside] = [0, 1].map((membership) => momentsOf(shadows, membership, target.length));
  invariant(
    out.counts.every((count) => count > 0) && (variant === 'offline' || inside.counts.every((count) => count > 0)),
    'each record is in some shadow models, and not in others',
  );
  const variance = (of: Moments) => (models < MODELS_FOR_OWN_VARIANCE ? pooledVariance(of) : ownVariance(of));
  const [ofOut, ofInside] = [variance(out), variance(inside)];
  return target.map((phi, i) => {
    const fromOut = (phi - out.means[i]) / Math.sqrt(ofOut(i));
    if (variant === 'offline') return fromOut;
    const fromInside = (phi - inside.means[i]) / Math.sqrt(ofInside(i));
    return (fromOut ** 2 - fromInside ** 2 + Math.log(ofOut(i) / ofInside(i))) / 2;
  });
}

/** Of φ over models, record by record. */
interface Moments {
  readonly counts: Float64Array;
  readonly means: Float64Array;
  /** Sums of squared differences from the mean. */
  readonly squares: Float64Array;
}

function momentsOf({ confidences, isMember }: ShadowAnswers, membership: number, records: number): Moments {
  const [counts, means, squares] = [0, 1, 2].map(() => new Float64Array(records));
  confidences.forEach((phi, model) => {
    for (let i = 0; i < records; i++) {
      if (isMember[model][i] !== membership) continue;
      // Welford's recursion.
      const difference = phi[i] - means[i];
      counts[i]++;
      means[i] += difference / counts[i];
      squares[i] += difference * (phi[i] - means[i]);
    }
  });
  return { counts, means, squares };
}

const sum = (values: Float64Array) => values.reduce((total, x) => total + x, 0);

function pooledVariance({ counts, squares }: Moments): (i: number) => number {
  const freedom = sum(counts.map((count) => Math.max(0, count - 1)));
  const variance = Math.max(LEAST_VARIANCE, sum(squares) / Math.max(1, freedom));
  return () => variance;
}

const ownVariance =
  ({ counts, squares }: Moments) =>
  (i: number): number =>
    Math.max(LEAST_VARIANCE, squares[i] / Math.max(1, counts[i] - 1));

/**
 * How much noise every party adds, so that the noise of the honest ones alone is enough.
 *
 * The proof, and why the constants are what they are: docs/explanation/joint-noise.md.
 * @module
 */
import { invariant, TrefoilError } from '../../errors.ts';
import { TRUST_MODES, type TrustMode } from '../../trust/modes.ts';
import { MAX_DEVIATION } from './gaussian-table.ts';

/** Parties that add noise, in both trust modes. */
const PARTIES = 3;
/** Parties whose noise an adversary that the trust mode holds against does not know. */
const honest = (trust: TrustMode): number => PARTIES - TRUST_MODES[trust].colluding;

/**
 * Ring units². With this variance beyond what the continuous Gaussian needs, the sum of discrete Gaussians is that Gaussian rounded at random, but
 * for a factor of e^(±2^-453) an element.
 */
export const ROUNDING_VARIANCE = 16;
/** Ring units, each party. The sum of two is a discrete Gaussian but for a factor of e^(±2^-58000). */
export const MIN_DEVIATION = 2 ** 6;
/** Deviations that the noise of an element exceeds with a probability below 2^-71. */
const REACH = 10;

/** All noise over what an adversary within the trust mode does not know of it, as deviations: what somebody who is no party meets. */
export const outsideFactor = (trust: TrustMode): number => Math.sqrt(PARTIES / honest(trust));

export interface NoiseRequest {
  readonly trust: TrustMode;
  /** The largest L2 change of the sum by one record, in ring units; a bound from above. */
  readonly sensitivity: number;
  /** Deviation of the noise of the honest parties, in sensitivities, that the accounting assumes. */
  readonly noiseMultiplier: number;
}

/** In ring units. */
export interface JointNoise {
  /** The deviation of the noise that each party adds by itself: a whole number. */
  readonly deviation: number;
  /** The variance of all parties' noise together: what the result has to live with. */
  readonly totalVariance: number;
  /** What all noise of an element together exceeds with a probability below 2^-71. */
  readonly reach: number;
}

/** Throws `TREFOIL_PLAN` where a party's deviation is below 2^6, so that the proof would not hold, or above 2^50. */
export function jointNoise({ trust, sensitivity, noiseMultiplier }: NoiseRequest): JointNoise {
  invariant(sensitivity > 0 && noiseMultiplier > 0, 'sensitivity and noise multiplier are above zero');
  const needed = (sensitivity * noiseMultiplier) ** 2 + ROUNDING_VARIANCE;
  // More than all roundings on the way here together, so that rounding is upwards.
  const deviation = Math.ceil(Math.sqrt(needed / honest(trust)) * (1 + 2 ** -50));
  if (deviation < MIN_DEVIATION) {
    throw new TrefoilError(
      'TREFOIL_PLAN',
      `the noise of this job has a deviation of ${deviation} units of the last place, and it must have ${MIN_DEVIATION}`,
    );
  }
  if (!(deviation <= MAX_DEVIATION)) {
    throw new TrefoilError(
      'TREFOIL_PLAN',
      `the noise of this job has a deviation of 2^${Math.log2(deviation).toFixed(1)} units of the last place, and 2^50 is the most`,
    );
  }
  const totalVariance = PARTIES * deviation ** 2;
  return { deviation, totalVariance, reach: Math.ceil(REACH * Math.sqrt(totalVariance)) };
}

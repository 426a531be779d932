/**
 * What a job releases, apart from what it costs: the accountant turns a list of these events into (ε, δ).
 * @module
 */

/** Which records an event reads. A record belongs to one of the three. */
export type RecordSet = 'train' | 'test' | 'validation';

interface Release {
  /** Names the release on screen and in the ledger: `gradient steps`, `accuracy`. */
  readonly what: string;
  readonly data: RecordSet;
  /** Deviation of the noise that the honest parties alone add, divided by the largest L2 change that one record makes. */
  readonly noiseMultiplier: number;
  /** How often it happens. */
  readonly count: number;
}

/** A sum with Gaussian noise in which every record takes part, each time. */
export interface GaussianEvent extends Release {
  readonly kind: 'gaussian';
}

/** A sum with Gaussian noise over a Poisson sample, of which each owner keeps at most as many rows as its batch has room for. */
export interface SampledGaussianEvent extends Release {
  readonly kind: 'sampled gaussian';
  /** Probability of a record to be in a sample. */
  readonly rate: number;
  /** Probability that the protected records may displace others from a full batch: `overflowOf` in capacity.ts. */
  readonly overflow: number;
}

export type PrivacyEvent = GaussianEvent | SampledGaussianEvent;

/**
 * Two data sets are neighbours when at most `records` records differ: each is there or is a row of padding (`add-or-remove`), or each is
 * another one (`replace`).
 */
export interface PrivacyUnit {
  readonly records: number;
  readonly neighbours: 'add-or-remove' | 'replace';
}

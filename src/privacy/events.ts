/**
 * What a job releases about records, apart from what that costs: the accountant turns events into ε, the ledger keeps them.
 * @module
 */

/** Gaussian noise on a sum in which a record changes at most a bounded part. */
export type PrivacyEvent =
  | {
      /** Every record takes part each time. */
      readonly kind: 'gaussian';
      /** The release: `gradient steps`, `accuracy`. */
      readonly what: string;
      readonly data: 'train' | 'test' | 'validation';
      /** Deviation of the noise that the honest parties alone add ÷ largest L2 change by one record. */
      readonly noiseMultiplier: number;
      readonly count: number;
    }
  | {
      /** Each record takes part with probability `rate`, as long as its owner's batch has room. */
      readonly kind: 'sampled gaussian';
      readonly what: string;
      readonly data: 'train' | 'test' | 'validation';
      readonly noiseMultiplier: number;
      readonly rate: number;
      /** Probability that the other records of the same owner fill its batch. */
      readonly overflow: number;
      readonly count: number;
    };

/**
 * The range of a feature.
 * @module
 */

/** A feature column and the smallest and largest value that can occur in it: public knowledge, not taken from the data. */
export interface FeatureRange {
  readonly name: string;
  readonly low: number;
  readonly high: number;
  /** In which its values are measured: for messages, and for whoever applies the model. */
  readonly unit?: string;
}

/** `0 … 120`, `100 … 400 mg/dL` */
export const rangeText = ({ low, high, unit }: Omit<FeatureRange, 'name'>): string =>
  `${low} … ${high}${unit === undefined ? '' : ` ${unit}`}`;

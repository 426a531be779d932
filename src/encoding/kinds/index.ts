/**
 * Every kind of feature, by the key of the job file that tells it.
 * @module
 */
import type { FeatureKind } from '../feature-kind.ts';
import type { Missing } from '../missing.ts';
import { type CategoryFeature, category } from './category.ts';
import { type DateFeature, dateKind } from './date.ts';
import { type DifferenceFeature, difference } from './difference.ts';
import { type InteractionFeature, interaction } from './interaction.ts';
import { type LogFeature, log } from './log.ts';
import { type NumberFeature, number } from './number.ts';
import { type SplineFeature, spline } from './spline.ts';
import { type YesNoFeature, yesNo } from './yes-no.ts';

type OfKind =
  | NumberFeature
  | CategoryFeature
  | YesNoFeature
  | DateFeature
  | LogFeature
  | DifferenceFeature
  | InteractionFeature
  | SplineFeature;

/** A feature as a job declares it: its name, the keys of its kind, and what all kinds share. */
export type Declared = OfKind & {
  readonly name: string;
  /** Of a feature that is read; refused where it is left out. */
  readonly missing?: Missing | undefined;
  /** False: it is there for derived features alone, and gives the model no column. */
  readonly use?: boolean | undefined;
};

export const FEATURE_KINDS: { readonly [K in OfKind['is']]: FeatureKind<Extract<OfKind, { is: K }>> } = {
  range: number,
  category,
  yesNo,
  date: dateKind,
  log,
  difference,
  interaction,
  spline,
};

/** What the kind of a feature says of itself. */
export const featureKindOf = ({ is }: Pick<Declared, 'is'>): FeatureKind<Declared> =>
  FEATURE_KINDS[is] as FeatureKind<Declared>;

/**
 * Declared features together: the model columns that they give, and what is wrong between them.
 * @module
 */

import type { FeatureRange } from '../data/feature-range.ts';
import { suggestion } from '../data/nearest.ts';
import type { Parent } from './feature-kind.ts';
import { type Declared, featureKindOf } from './kinds/index.ts';
import { rangeProblem } from './kinds/range.ts';
import { fillOf, isPooled, type PooledFill } from './missing.ts';

/** The column that says that a value of this feature was missing. */
const indicatorOf = (name: string): FeatureRange => ({ name: `${name} is missing`, low: 0, high: 1 });

export const hasIndicator = ({ missing }: Declared): boolean => missing?.indicator === true;

const PLAIN = new Set(['name', 'is', 'range', 'unit']);

/** Whether a feature is a number as it stands in the column of its name: then its column says all. */
export const isPlain = (feature: Declared): boolean => Object.keys(feature).every((key) => PLAIN.has(key));

/** Numbers with these columns, as a job without a schema has them. */
export const plainFeatures = (columns: readonly FeatureRange[]): Declared[] =>
  columns.map(({ name, low, high, unit }) => ({
    name,
    is: 'range',
    range: [low, high],
    ...(unit === undefined ? {} : { unit }),
  }));

/** A feature with its columns, without the indicator of missing values. */
export interface Placed extends Parent {
  readonly feature: Declared;
  /** The features that it is made of. */
  readonly parents: readonly Placed[];
}

/** A problem of one feature: by its name and key, as the end of a sentence. */
export interface FeatureProblem {
  readonly name: string;
  readonly key?: string;
  readonly says: string;
}

/** Each feature with its columns. Features with a problem are left out, and so are those made of them. */
export function placed(features: readonly Declared[], onProblem: (problem: FeatureProblem) => void): Placed[] {
  const known = new Map<string, Placed>();
  const all: Placed[] = [];
  const names = new Set(features.map(({ name }) => name));
  for (const feature of features) {
    const { name } = feature;
    const problem = (key: string | undefined, says: string) =>
      onProblem({ name, ...(key === undefined ? {} : { key }), says });
    const kind = featureKindOf(feature);
    const parentNames = kind.isRead ? [] : kind.madeOf(feature);
    const missing = parentNames.find((parent) => !known.has(parent));
    if (missing !== undefined) {
      const others = [...known.keys()];
      // A feature above with a problem of its own is told once.
      if (!names.has(missing)) {
        problem(feature.is, `names '${missing}', which is no feature${suggestion(missing, others)}`);
      } else if (features.findIndex((other) => other.name === missing) >= features.indexOf(feature)) {
        problem(feature.is, `names '${missing}', which must be declared above it`);
      }
      continue;
    }
    const parents = parentNames.flatMap((parent) => known.get(parent) ?? []);
    const own = kind.problem?.(feature, parents);
    const ofMissing = missingProblem(feature);
    if (own !== undefined) problem(own.key, own.says);
    if (ofMissing !== undefined) problem('missing', ofMissing);
    if (own !== undefined || ofMissing !== undefined) continue;
    // An indicator is no part of what derived features are made of.
    const columns = kind.columns(name, feature, parents);
    const unfit = kind.isRead ? undefined : columns.map(({ low, high }) => rangeProblem([low, high])).find(Boolean);
    if (unfit !== undefined) {
      problem(
        undefined,
        `has a range, ${columns[0].low} to ${columns[0].high}, that follows from what it is made of: it ${unfit}`,
      );
      continue;
    }
    const each = { name, feature, parents, columns };
    known.set(name, each);
    all.push(each);
  }
  return all;
}

function missingProblem(feature: Declared): string | undefined {
  const { missing } = feature;
  const kind = featureKindOf(feature);
  if (missing === undefined || !kind.isRead) return undefined;
  const fill = fillOf(missing);
  if (!kind.fills.includes(fill)) return `must be one of ${kind.fills.join(', ')} for such a feature`;
  if ('constant' in missing) {
    const reading = kind.constant(feature, missing.constant);
    return 'fault' in reading ? `has a constant that ${reading.fault}` : undefined;
  }
  if (missing.indicator === true && (fill === 'refuse' || fill === 'drop')) {
    return `must have no indicator with ${fill}: no row with a missing value would be left`;
  }
  return undefined;
}

/** The columns of a model of these features, which have no problems. */
export const columnsOf = (features: readonly Placed[]): FeatureRange[] => features.flatMap(usedColumns);

/** The columns that a feature gives the model. */
export function usedColumns({ name, feature, columns }: Placed): readonly FeatureRange[] {
  if (feature.use === false) return [];
  return hasIndicator(feature) ? [...columns, indicatorOf(name)] : columns;
}

/** The columns of declared features, so far as these are sound. */
export const modelColumns = (features: readonly Declared[]): FeatureRange[] => columnsOf(soundly(features));

/** Declared features of which everything was checked before. */
export const soundly = (features: readonly Declared[]): Placed[] => placed(features, () => undefined);

/** A feature behind all that it is made of, each once. */
export function withParents(placed: Placed): Placed[] {
  const all = new Map<string, Placed>();
  const visit = (each: Placed) => {
    for (const parent of each.parents) visit(parent);
    all.set(each.name, each);
  };
  visit(placed);
  return [...all.values()];
}

/** A feature whose fill all parties compute together. */
export interface PooledFeature {
  readonly name: string;
  readonly fill: PooledFill;
  readonly low: number;
  readonly high: number;
}

/** The features with a pooled fill that some column of the model is made of, in the order of the job. */
export function pooledFeatures(features: readonly Placed[]): PooledFeature[] {
  const used = new Set(features.filter(({ feature }) => feature.use !== false).flatMap((each) => withParents(each)));
  return features
    .filter((each) => used.has(each))
    .flatMap(({ feature, name, columns: [{ low, high }] }) => {
      const fill = fillOf(feature.missing);
      return isPooled(fill) ? [{ name, fill, low, high }] : [];
    });
}

/** The features whose rows do not count where they have no value. */
export const droppingFeatures = (features: readonly Placed[]): Placed[] =>
  features.filter(({ feature }) => fillOf(feature.missing) === 'drop');

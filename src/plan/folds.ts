/**
 * Folds of the training rows, for k-fold cross-validation: k trainings, each on the rows of all folds but one, which is evaluated on the rows of that one.
 * @module
 */

export interface Folds {
  readonly count: number;
  /** Rows that follow each other and are dealt out evenly by themselves: those of each owner. */
  readonly groups: readonly number[];
}

/** How many rows fold `fold` of so many has, counted from 0. They differ by one row at most, and the larger ones come first. */
export function foldRows(rows: number, { count }: Pick<Folds, 'count'>, fold: number): number {
  return Math.floor(rows / count) + (fold < rows % count ? 1 : 0);
}

/** The numbers of rows that folds have: one, or two that differ by a row, the larger one first. */
export function foldSizes(rows: number, folds: Pick<Folds, 'count'>): readonly number[] {
  return [...new Set([0, folds.count - 1].map((fold) => foldRows(rows, folds, fold)))];
}

/** The rows that every training has at least: all but those of the largest fold. */
export const fewestTrained = (rows: number, folds: Pick<Folds, 'count'> | undefined): number =>
  folds === undefined ? rows : rows - foldRows(rows, folds, 0);

/** What says how many steps there are. */
interface Steps {
  readonly stepsPerEpoch: number;
  readonly epochs: number;
  readonly folds?: Folds;
}

/** Steps of one training: of all epochs. */
export const stepsOfTraining = ({ stepsPerEpoch, epochs }: Steps): number => stepsPerEpoch * epochs;

/** Steps of all trainings. */
export const stepsInAll = (schedule: Steps): number => stepsOfTraining(schedule) * (schedule.folds?.count ?? 1);

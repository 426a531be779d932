/**
 * Canaries: made-up records of which each is in a training or not, by a fair coin, so that one training tells how much of a single record it gives away.
 * @module
 */
import type { Records } from '../../data/records.ts';
import { invariant } from '../../errors.ts';
import { type Architecture, classCount } from '../../graph/mlp.ts';
import { chosenRecords, flagged, joinedRecords } from '../models/chosen-records.ts';
import { Draws } from '../models/draws.ts';
import { logitsOf } from '../models/network.ts';
import { scaledConfidences } from './confidence.ts';
import { checkBounds, type Level } from './epsilon-lower-bound.ts';
import { type Guesses, oneRunLowerBound } from './one-run.ts';
import type { Train } from './shadow-models.ts';

/** Real features with a wrong label; or features without sense, from those that occur column by column, and a random label. */
export type CanaryKind = 'mislabelled' | 'random';

export interface Canaries {
  readonly records: Records;
  /** 1 where the coin put one into the training. */
  readonly included: Uint8Array;
}

/** @param source records that are not in the training: what canaries are made of */
export function canariesOf(
  source: Records,
  architecture: Pick<Architecture, 'outputs'>,
  kind: CanaryKind,
  count: number,
  seed: string,
): Canaries {
  invariant(kind === 'random' || count <= source.rows, `${count} canaries need as many records, not ${source.rows}`);
  const classes = classCount(architecture);
  const [draws, coins] = ['canaries', 'coins'].map((label) => new Draws(seed, label));
  const order = draws.order(source.rows);
  const records = chosenRecords(
    source,
    Uint32Array.from({ length: count }, (_, i) => order[i % source.rows]),
  );
  for (let i = 0; i < count; i++) {
    if (kind === 'mislabelled') {
      records.labels[i] = (records.labels[i] + 1 + draws.below(classes - 1)) % classes;
      continue;
    }
    records.labels[i] = draws.below(classes);
    for (let j = 0; j < source.columns; j++) {
      records.features[i * source.columns + j] = source.features[draws.below(source.rows) * source.columns + j];
    }
  }
  return { records, included: Uint8Array.from({ length: count }, () => Number(coins.coin())) };
}

export interface OneRunSetting {
  readonly architecture: Architecture;
  readonly train: Train;
  /** The records that the canaries join. */
  readonly records: Records;
  readonly canaries: Canaries;
  readonly seed: string;
  /** How many coins to guess, fixed before the training. Of several numbers each gets its part of the permitted error. */
  readonly guesses: readonly number[];
  readonly level: Level;
  /** The accountant's ε at the same δ, where the training has one. */
  readonly accounted?: number;
}

/** Plain data. */
export interface OneRunResult {
  readonly seed: string;
  readonly level: Level;
  readonly outcomes: readonly (Guesses & { readonly lowerBound: number })[];
  /** The largest of them: a lower bound on ε that holds with the confidence of the level. */
  readonly lowerBound: number;
  /** What the accountant proved. */
  readonly upperBound?: number;
  readonly method: string;
  readonly limits: readonly string[];
}

/** @throws TREFOIL_AUDIT where the lower bound lies above what was accounted for */
export function auditOneRun(setting: OneRunSetting): OneRunResult {
  const { architecture, train, canaries, level, guesses, accounted, seed } = setting;
  const { records, included } = canaries;
  const trained = train(joinedRecords(setting.records, chosenRecords(records, flagged(included))), `${seed}, one run`);
  const confidences = scaledConfidences(architecture, logitsOf(architecture, trained, records), records.labels);
  const each = { ...level, confidence: 1 - (1 - level.confidence) / guesses.length };
  const outcomes = guesses.map((guessed) => {
    const outcome = { canaries: records.rows, guessed, right: rightHalves(confidences, included, guessed) };
    return { ...outcome, lowerBound: oneRunLowerBound(outcome, each) };
  });
  const lowerBound = Math.max(0, ...outcomes.map((outcome) => outcome.lowerBound));
  if (accounted !== undefined) checkBounds(lowerBound, accounted, level);
  return {
    ...{ seed, level, outcomes, lowerBound },
    ...(accounted === undefined ? {} : { upperBound: accounted }),
    method:
      'Made-up records join the training or not, by coins; those that the model is surest of are guessed to be in it, those that it doubts most not ' +
      '(Steinke, Nasr, Jagielski 2023, one training run).',
    limits: [
      'The guesses see the finished model alone; the accountant counts every step as released, so that even the best guesses stay well below it.',
      'What is small here proves nothing: only a lower bound above the accountant’s is a finding.',
    ],
  };
}

/** Half of the guesses say that a canary was in, of those with the highest confidence, and half that it was not. */
function rightHalves(confidences: Float64Array, included: Uint8Array, guessed: number): number {
  const inside = Math.ceil(guessed / 2);
  return rightGuesses(confidences, included, inside, guessed - inside);
}

/** How many guesses are right: that those with the highest scores were in, and those with the lowest were not. */
export function rightGuesses(scores: Float64Array, included: Uint8Array, inside: number, outside: number): number {
  invariant(inside + outside <= included.length, `${inside + outside} coins of ${included.length} are guessed`);
  const ranked = [...scores.keys()].sort((a, b) => scores[b] - scores[a]);
  const lowest = ranked.slice(ranked.length - outside);
  return (
    ranked.slice(0, inside).filter((i) => included[i] === 1).length + lowest.filter((i) => included[i] === 0).length
  );
}

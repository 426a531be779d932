/**
 * An attack on some batches as a result: how many of their records came out, beside what a guess reaches, with some to look at.
 * @module
 */
import type { Draws } from '../models/draws.ts';
import type { ReconstructedExample, ReconstructionResult } from '../report/audit-report.ts';
import { rowsOf } from './low-rank.ts';
import { figuresOf, type RecordScore, type Scale, scoreReconstruction } from './reconstruction-scores.ts';

export type AttackFacts = Pick<ReconstructionResult, 'attack' | 'adversary' | 'system' | 'method' | 'limits' | 'batch'>;

/** What a batch held and what became of it, both rows × columns; the reconstruction may have fewer rows. */
export interface AttackedBatch {
  readonly truth: Float64Array;
  readonly reconstructed: Float64Array;
}

/** What somebody knows who has seen no update. */
export interface Guessing {
  readonly meanRecord: Float64Array;
  readonly range: readonly [low: number, high: number];
}

const MOST_EXAMPLES = 7;
const CONFIDENCE = 0.95;
/** A picture that anybody recognises, in dB. */
export const RECOGNISABLE = 25;

export const scaleOf = (columns: number, [low, high]: Guessing['range']): Scale => ({
  ...{ columns, range: high - low, recognisable: RECOGNISABLE, confidence: CONFIDENCE },
});

export function resultOf(
  facts: AttackFacts,
  batches: readonly AttackedBatch[],
  { meanRecord, range }: Guessing,
  draws: Draws,
): ReconstructionResult {
  const columns = meanRecord.length;
  const scale = scaleOf(columns, range);
  const scored = batches.map(({ truth, reconstructed }) => scoreReconstruction(truth, reconstructed, scale));
  const guessed = (guess: (i: number) => number) =>
    batches.flatMap(({ truth }) =>
      scoreReconstruction(
        truth,
        truth.map((_, i) => guess(i)),
        scale,
      ),
    );
  const [low, high] = range;
  const mean = guessed((i) => meanRecord[i % columns]);
  const random = guessed(() => low + (high - low) * draws.uniform());
  return {
    ...facts,
    batches: batches.length,
    score: figuresOf(scored.flat(), scale),
    baselines: [
      { name: 'the mean record', score: figuresOf(mean, scale) },
      { name: 'random numbers', score: figuresOf(random, scale) },
    ],
    examples: batches.flatMap((batch, i) => examplesOf(batch, scored[i], columns)).slice(0, MOST_EXAMPLES),
  };
}

function examplesOf(
  { truth, reconstructed }: AttackedBatch,
  scores: readonly RecordScore[],
  columns: number,
): ReconstructedExample[] {
  const guesses = rowsOf(reconstructed, columns);
  return rowsOf(truth, columns).map((original, row) => {
    const { reconstruction, psnr } = scores[row];
    return {
      original: [...original],
      ...(reconstruction === undefined ? {} : { reconstruction: [...guesses[reconstruction]] }),
      psnr,
    };
  });
}

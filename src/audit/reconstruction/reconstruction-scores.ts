/**
 * How good reconstructed records are: matched to the true ones at the least total error, whatever order they came in, and compared one by one.
 * @module
 */

import type { ReconstructionFigures } from '../report/audit-report.ts';
import { rateEstimate } from '../statistics/clopper-pearson.ts';
import { cheapestAssignment } from './assignment.ts';
import { squaredDistance } from './batch-inversion.ts';
import { rowsOf } from './low-rank.ts';

export interface Scale {
  readonly columns: number;
  /** Largest minus smallest value that a feature can have: the peak of a PSNR. */
  readonly range: number;
  /** Records within this PSNR, in dB, count as recovered: 25 is a picture that anybody recognises. */
  readonly recognisable: number;
  readonly confidence: number;
}

export interface RecordScore {
  /** Which reconstruction is this record's, or nothing where there were fewer than records. */
  readonly reconstruction?: number;
  /** In dB; no more than 300, where float64 ends. */
  readonly psnr: number;
  /** Of the picture as one window. */
  readonly ssim: number;
  /** The largest difference in any feature, and the mean of their squares. */
  readonly largestError: number;
  readonly meanSquare: number;
}

/** Within this in every feature, a record is the very one. */
const EXACT = 1e-6;

/** Both are rows × columns. */
export function scoreReconstruction(truth: Float64Array, reconstructed: Float64Array, scale: Scale): RecordScore[] {
  const { columns, range } = scale;
  const [originals, guesses] = [rowsOf(truth, columns), rowsOf(reconstructed, columns)];
  const costs = originals.map((original) => guesses.map((guess) => squaredDistance(original, guess)));
  const places = matching(costs, originals.length, guesses.length);
  return originals.map((original, row): RecordScore => {
    const place = places[row];
    // Without a reconstruction, as if all of the range were the error.
    if (place === undefined) return { psnr: 0, ssim: 0, largestError: range, meanSquare: range ** 2 };
    const [guess, meanSquare] = [guesses[place], costs[row][place] / columns];
    return {
      reconstruction: place,
      meanSquare,
      psnr: Math.min(300, -10 * Math.log10(meanSquare / range ** 2)),
      ssim: structuralSimilarity(original, guess, range),
      largestError: original.reduce((largest, x, i) => Math.max(largest, Math.abs(x - guess[i])), 0),
    };
  });
}

/** The scores of the records of all batches together. */
export function figuresOf(records: readonly RecordScore[], { recognisable, confidence }: Scale): ReconstructionFigures {
  const mean = (of: (record: RecordScore) => number) =>
    records.reduce((sum, record) => sum + of(record), 0) / records.length;
  const share = (holds: (record: RecordScore) => boolean) =>
    rateEstimate(records.filter(holds).length, records.length, confidence);
  return {
    recognised: share(({ psnr }) => psnr >= recognisable),
    exact: share(({ largestError }) => largestError <= EXACT),
    meanPsnr: mean(({ psnr }) => psnr),
    meanSsim: mean(({ ssim }) => ssim),
    featureError: Math.sqrt(mean(({ meanSquare }) => meanSquare)),
  };
}

function matching(costs: readonly number[][], originals: number, guesses: number): (number | undefined)[] {
  if (guesses === 0) return [];
  if (originals <= guesses) return cheapestAssignment(costs);
  const rows = cheapestAssignment(Array.from({ length: guesses }, (_, j) => costs.map((row) => row[j])));
  const places = new Array<number | undefined>(originals).fill(undefined);
  rows.forEach((row, place) => {
    places[row] = place;
  });
  return places;
}

/** Wang et al. 2004, with one window for all: pictures here are no larger than theirs was. */
export function structuralSimilarity(x: Float64Array, y: Float64Array, range: number): number {
  const n = x.length;
  const mean = (of: (i: number) => number) => x.reduce((sum, _, i) => sum + of(i), 0) / n;
  const [meanX, meanY] = [mean((i) => x[i]), mean((i) => y[i])];
  const variance = (a: Float64Array, meanA: number, b: Float64Array, meanB: number) =>
    mean((i) => (a[i] - meanA) * (b[i] - meanB));
  const [c1, c2] = [(0.01 * range) ** 2, (0.03 * range) ** 2];
  const luminance = (2 * meanX * meanY + c1) / (meanX ** 2 + meanY ** 2 + c1);
  const structure =
    (2 * variance(x, meanX, y, meanY) + c2) / (variance(x, meanX, x, meanX) + variance(y, meanY, y, meanY) + c2);
  return luminance * structure;
}

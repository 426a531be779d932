/** What a node makes of the counts and sums that were opened. */
import { describe, expect, it } from 'vitest';
import { loadJob } from '../../src/job/file/job-file.ts';
import { qualityOf } from '../../src/job/report/quality.ts';

const binary = loadJob('examples/breast-cancer-logistic.yaml');
const ROWS = 114;

const revealed = (outputs: Readonly<Record<string, readonly number[]>>) =>
  new Map(Object.entries(outputs).map(([name, values]) => [name, Float64Array.from(values)]));

describe('macro F1', () => {
  const digits = loadJob('examples/digits-mlp.yaml');
  /** Of a matrix, as its three outputs. */
  const macroF1 = (matrix: readonly (readonly number[])[]) => {
    const over = (of: (c: number) => number) => matrix.map((_, c) => of(c));
    const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
    const outputs = revealed({
      'class hits': over((c) => matrix[c][c]),
      'class predictions': over((c) => sum(matrix.map((row) => row[c]))),
      'class sizes': over((c) => sum(matrix[c])),
    });
    return qualityOf(digits, outputs).macroF1;
  };

  it('is the mean over all classes that are there', () => {
    // scikit-learn 1.5, f1_score(average='macro'): 2·8/(9 + 10) and 2·9/(11 + 10).
    expect(
      macroF1([
        [8, 2],
        [1, 9],
      ]),
    ).toBeCloseTo((16 / 19 + 18 / 21) / 2, 14);
  });

  it('leaves out a class that occurs neither in labels nor in predictions', () => {
    expect(
      macroF1([
        [8, 0, 2],
        [0, 0, 0],
        [1, 0, 9],
      ]),
    ).toBeCloseTo((16 / 19 + 18 / 21) / 2, 14);
  });

  it('counts one that is predicted, though no row is of it, and one that nothing is predicted to be', () => {
    expect(
      macroF1([
        [8, 1, 0],
        [0, 0, 0],
        [3, 0, 0],
      ]),
    ).toBeCloseTo((16 / 20 + 0 + 0) / 3, 14);
  });

  it('with noise on the counts stays a share, and leaves out what noise alone is left of', () => {
    const noisy = revealed({
      'class hits': [8.4, -0.7, 9.2],
      'class predictions': [8.1, 0.9, 10.8],
      'class sizes': [8.2, -0.8, 10.1],
    });
    expect(qualityOf(digits, noisy).macroF1).toBeCloseTo((1 + 18.4 / 20.9) / 2, 14);
  });
});

describe('the AUC', () => {
  it.each([0, ROWS])('of test rows of one class is none, with the reason: %i positive', (positives) => {
    const quality = qualityOf(binary, revealed({ 'ordered pairs': [0], positives: [positives] }));
    expect(quality).toEqual({ auc: null, reasons: { auc: 'the test rows are of one class' } });
  });

  it('has the error that is opened with it: half of the pairs in one bucket', () => {
    // 60 · 54 pairs of which 3,000 are in the right order, and 20 in one bucket.
    const counts = { 'ordered pairs': [6000], 'pairs in one bucket': [20], positives: [60] };
    const quality = qualityOf(binary, revealed(counts));
    expect(quality).toEqual({ auc: 3000 / 3240, aucError: 10 / 3240 });
  });

  it('is left out where this node does not learn it', () => {
    expect(qualityOf(binary, revealed({ correct: [100] }))).toEqual({ accuracy: 100 / ROWS });
  });
});

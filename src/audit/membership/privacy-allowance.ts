/**
 * What (ε, δ) leaves to any attack on membership, whatever the adversary knows.
 *
 * A test with false-positive rate f finds at most min(e^ε·f + δ, 1 − e^−ε·(1 − δ − f)) of the members (Wasserman and Zhou 2010; Kairouz, Oh, Viswanath
 * 2015). The bound is concave in f, so that it also holds of rates averaged over records.
 * @module
 */
import type { PrivacyBudget } from '../../privacy/accounting/calibration.ts';

/** The largest true-positive rate at a false-positive rate. */
export function mostTruePositives(falsePositiveRate: number, { epsilon, delta }: PrivacyBudget): number {
  const few = Math.exp(epsilon) * falsePositiveRate + delta;
  const many = 1 - Math.exp(-epsilon) * (1 - delta - falsePositiveRate);
  return Math.min(1, few, many);
}

/** The largest TPR − FPR: at the point where both bounds meet. */
export function mostAdvantage({ epsilon, delta }: PrivacyBudget): number {
  const at = (1 - delta) / (1 + Math.exp(epsilon));
  return mostTruePositives(at, { epsilon, delta }) - at;
}

/** The largest ε of three digits that leaves no more than this advantage at δ; none where δ alone leaves more. */
export function mostEpsilon(advantage: number, delta: number): number | undefined {
  // 1 − 2·(1 − δ)/(1 + e^ε), solved for ε.
  const exact = Math.log((2 * (1 - delta)) / (1 - advantage) - 1);
  if (!(exact > 0)) return undefined;
  const unit = 10 ** (Math.floor(Math.log10(exact)) - 2);
  return Number((Math.floor(exact / unit) * unit).toPrecision(3));
}

/** The largest area under a ROC curve: that under both bounds. */
export function mostArea({ epsilon, delta }: PrivacyBudget): number {
  const at = (1 - delta) / (1 + Math.exp(epsilon));
  const rest = 1 - delta - at;
  const few = (Math.exp(epsilon) * at ** 2) / 2 + delta * at;
  const many = rest - (Math.exp(-epsilon) * rest ** 2) / 2;
  return few + many + delta;
}

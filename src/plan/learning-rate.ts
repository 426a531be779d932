/**
 * The step size as a function of the epoch, counted from 0.
 * @module
 */
import type { Adam } from '../graph/optimiser.ts';

export type LearningRate =
  | { readonly schedule: 'constant'; readonly initial: number }
  /** initial · factor^⌊epoch / everyEpochs⌋ */
  | { readonly schedule: 'step'; readonly initial: number; readonly factor: number; readonly everyEpochs: number }
  /** initial / (1 + decay · epoch) */
  | { readonly schedule: 'inverse'; readonly initial: number; readonly decay: number }
  /** From `initial` in the first epoch to `final` in the last one along half a cosine. */
  | { readonly schedule: 'cosine'; readonly initial: number; readonly final: number };

export function learningRateAt(rate: LearningRate, epoch: number, epochs: number): number {
  switch (rate.schedule) {
    case 'constant':
      return rate.initial;
    case 'step':
      return rate.initial * rate.factor ** Math.floor(epoch / rate.everyEpochs);
    case 'inverse':
      return rate.initial / (1 + rate.decay * epoch);
    case 'cosine': {
      const progress = epochs > 1 ? epoch / (epochs - 1) : 0;
      return rate.final + ((rate.initial - rate.final) * (1 + Math.cos(Math.PI * progress))) / 2;
    }
  }
}

/**
 * The rates of all epochs, one for a constant rate, to twelve digits: part of the plan, so that all nodes compute with the very same
 * numbers whatever their platform makes of a cosine.
 */
export function learningRates(rate: LearningRate, epochs: number): number[] {
  return Array.from({ length: rate.schedule === 'constant' ? 1 : epochs }, (_, epoch) =>
    Number(learningRateAt(rate, epoch, epochs).toPrecision(12)),
  );
}

/** What no correction of twelve digits shows. */
const SETTLED = 2 ** -60;

/** Those of all steps, times the bias corrections of Adam's two moments: √(1 − β₂ᵗ) / (1 − β₁ᵗ) in step t, counted from 1. */
export function correctedRates(
  rates: readonly number[],
  { beta1, beta2 }: Adam,
  stepsPerEpoch: number,
  epochs: number,
): number[] {
  let [power1, power2] = [1, 1];
  const corrected: number[] = [];
  // Beyond that, nothing is left to correct; a constant rate goes on as it is.
  const isSettled = () => rates.length === 1 && Math.max(power1, power2) < SETTLED;
  for (let step = 0; step < stepsPerEpoch * epochs && !isSettled(); step++) {
    power1 *= beta1;
    power2 *= beta2;
    const rate = rates[Math.min(Math.floor(step / stepsPerEpoch), rates.length - 1)];
    corrected.push(Number(((rate * Math.sqrt(1 - power2)) / (1 - power1)).toPrecision(12)));
  }
  // The last one goes on: what it is repeated in the end need not be listed.
  while (corrected.length > 1 && corrected.at(-1) === corrected.at(-2)) corrected.pop();
  return corrected;
}

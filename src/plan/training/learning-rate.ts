/**
 * The step size as a function of the epoch, counted from 0.
 * @module
 */
import { kindOf, type Optimiser } from '../../graph/optimisers/index.ts';
import type { StepRates } from '../../graph/optimisers/optimiser.ts';

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

/** What the rates of a run follow from. */
interface Rated {
  readonly learningRate: LearningRate;
  readonly optimiser: Optimiser;
  readonly epochs: number;
}

/** The rates of a run as a plan lists them: by epoch, or by step where the optimiser corrects them. The last one goes on. */
export function listedRates({ learningRate, optimiser, epochs }: Rated, stepsPerEpoch: number) {
  const rates = learningRates(learningRate, epochs);
  const byStep = kindOf(optimiser).stepRates?.(optimiser);
  return byStep === undefined
    ? { rates, stepsPerRate: stepsPerEpoch }
    : { rates: correctedRates(rates, byStep, stepsPerEpoch, epochs), stepsPerRate: 1 };
}

/** The rates of all steps, as the optimiser corrects those of the epochs, to twelve digits. */
function correctedRates(rates: readonly number[], byStep: StepRates, stepsPerEpoch: number, epochs: number): number[] {
  const corrected: number[] = [];
  // Where nothing is left to correct, a constant rate goes on as it is.
  const isSettled = () => rates.length === 1 && byStep.isSettled();
  for (let step = 0; step < stepsPerEpoch * epochs && !isSettled(); step++) {
    const rate = rates[Math.min(Math.floor(step / stepsPerEpoch), rates.length - 1)];
    corrected.push(Number(byStep.next(rate).toPrecision(12)));
  }
  // The last one goes on: what it is repeated in the end need not be listed.
  while (corrected.length > 1 && corrected.at(-1) === corrected.at(-2)) corrected.pop();
  return corrected;
}

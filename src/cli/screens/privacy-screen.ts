/**
 * What noise costs, on a screen: the answer, what is assumed, and how it changes with epochs and noise.
 * @module
 */
import { epsilonOf, renyiEpsilonOf } from '../../privacy/accounting/accountant.ts';
import { type PrivateTraining, releasedBy, roomOf, stepsOf } from '../../privacy/accounting/quoted-training.ts';
import { plainTable } from './text-table.ts';

const OTHER_NOISE = [0.7, 0.85, 1, 1.25, 1.6] as const;
const OTHER_EPOCHS = [0.5, 1, 2] as const;
/** Points of the curve, and the columns of its longest bar. */
const POINTS = 6;
const WIDTH = 48;

export function printPrivacy(training: PrivateTraining, noiseMultiplier: number): void {
  const { delta, unit, epochs } = training;
  const costOf = (noise: number, passes: number) =>
    epsilonOf(releasedBy({ ...training, epochs: passes }, noise), delta, unit);
  const epsilon = costOf(noiseMultiplier, epochs);
  console.log(`${samplingLine(training)}\n${unitLine(training)}`);
  console.log(`\n  noise multiplier ${noiseMultiplier} gives ε = ${upwards(epsilon)} at δ = ${delta}`);
  console.log('  (the deviation of the noise that the honest parties alone add, in clipping norms)\n');
  const renyi = renyiEpsilonOf(releasedBy(training, noiseMultiplier), delta, unit);
  console.log(
    plainTable(
      ['accountant', 'ε'],
      [
        ['Rényi moments', upwards(renyi)],
        ['privacy loss distribution', upwards(epsilon)],
      ],
    ),
  );

  const noises = OTHER_NOISE.map((factor) => Number((factor * noiseMultiplier).toPrecision(4)));
  const passes = [...new Set(OTHER_EPOCHS.map((factor) => Math.max(1, Math.round(factor * epochs))))];
  console.log('\n  ε by epochs and noise multiplier');
  console.log(
    plainTable(
      ['epochs', ...noises.map(String)],
      passes.map((count) => [`${count}`, ...noises.map((noise) => upwards(costOf(noise, count)))]),
    ),
  );

  console.log(`\n  ε as the training goes on, with noise multiplier ${noiseMultiplier}`);
  const points = Math.min(POINTS, epochs);
  const curve = Array.from({ length: points }, (_, i) => Math.round(((i + 1) * epochs) / points));
  for (const count of curve) {
    const cost = costOf(noiseMultiplier, count);
    const bar = '█'.repeat(Math.max(1, Math.round((WIDTH * cost) / epsilon)));
    console.log(`  epoch ${String(count).padStart(String(epochs).length)}  ${bar} ${upwards(cost)}`);
  }
}

/** Four digits, and never less than it is. */
function upwards(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const unit = 10 ** (Math.floor(Math.log10(value)) - 3);
  return String(Number((Math.ceil(value / unit - 1e-9) * unit).toPrecision(4)));
}

function samplingLine(training: PrivateTraining): string {
  const { sampling, records, batch, epochs, owners } = training;
  const steps = stepsOf(training);
  switch (sampling) {
    case 'full':
      return `full batches: ${steps} steps with all ${records} records each, not amplified`;
    case 'public':
      return `public batches: ${steps} steps of ${batch} of ${records} records; everybody knows whose turn it is, so nothing is amplified, and each record takes part ${epochs} times`;
    case 'poisson': {
      const { rows, rate, capacity, overflow } = roomOf(training);
      return [
        `Poisson sampling: ${steps} steps of about ${batch} of ${records} records; each owner draws its own rows in private, at a rate of ${rate.toPrecision(4)}`,
        `assumed: ${owners} owners of up to ${rows} rows; a step has room for ${capacity} of an owner’s rows, ${(rows * rate).toFixed(1)} on average, and is short of it with probability ${overflow.toExponential(1)}`,
      ].join('\n');
    }
  }
}

function unitLine({ unit: { records, neighbours } }: PrivateTraining): string {
  const who = records === 1 ? 'one record' : `a person with up to ${records} records`;
  return `protected: ${who}, ${neighbours === 'replace' ? 'replaced by any other' : 'there or not'}`;
}

/**
 * The function of a masked value on ±interval, as shares at scale 14 + dealtBits, times scale.
 * @module
 */
import {
  dealFourier,
  dealtAmplitudes,
  dealtPhases,
  evaluateFourier,
  exactFunction,
  fourierMaterial,
  type SmoothFunction,
  seriesOf,
} from '../protocol/fourier.ts';
import { shareTensor } from '../protocol/tensors.ts';
import { freshShare } from './evaluator-results.ts';
import type { StepNumbers } from './execution.ts';
import { WHOLE } from './masks.ts';
import { dealtLocally, type Operation } from './operation.ts';
import { type StepNumber, sizeOf, type ValueId } from './value.ts';

export interface FourierOp {
  readonly op: 'fourier';
  readonly of: ValueId;
  readonly out: ValueId;
  readonly function: SmoothFunction;
  readonly scale: StepNumber;
  /** Fractional bits of the dealt cosines and sines. */
  readonly dealtBits: number;
}

const scaleAt = ({ scale }: FourierOp, { learningRate }: StepNumbers): number =>
  scale.constant * learningRate ** scale.ratePower;

export const fourier: Operation<FourierOp> = {
  reads: ({ of }) => [of],
  needs: WHOLE,
  cost: (op, { values }) => dealtLocally(fourierMaterial(seriesOf(op.function), sizeOf(values[op.out]))),
  evaluate(op, places, context) {
    const { machine, slots, step, table } = context;
    const series = seriesOf(op.function);
    const { value } = slots.maskedOrOpened(op.of);
    const { fractionalBits } = context.values[op.of];
    const out = freshShare(op.out, places, context);
    const sinesAndCosines = shareTensor(places.material[0]);
    const count = sizeOf(context.values[op.out]);
    return [
      () => {
        const scale = scaleAt(op, step);
        evaluateFourier(
          machine,
          series,
          value,
          fractionalBits,
          scale,
          op.dealtBits,
          sinesAndCosines,
          out,
          count,
          table,
        );
      },
    ];
  },
  deal(op, { items }, { machine, memory, slots, step, table, values, words }) {
    const series = seriesOf(op.function);
    const of = slots.whole(op.of);
    const { fractionalBits } = values[op.of];
    const count = sizeOf(values[op.out]);
    const [{ whole }] = items;
    const terms = series.amplitudes.length;
    const [amplitudes, phases] = [words(terms), words(terms)];
    dealtPhases(series, memory.u64(phases, terms));
    return () => {
      dealtAmplitudes(series, scaleAt(op, step), op.dealtBits, memory.f64(amplitudes, terms));
      dealFourier(machine, series, of, fractionalBits, amplitudes, phases, whole, count, table);
    };
  },
  clear(op, context) {
    const f = exactFunction(op.function);
    const scale = scaleAt(op, context.step);
    const [of, out] = [context.of(op.of), context.room(op.out)];
    for (let i = 0; i < out.length; i++) out[i] = scale * f(of[i]);
    return out;
  },
};

/**
 * Linear maps of one value. Each is one row: what it does to words, which runs on whatever the value is to a node (m, shares, masks and their spreads,
 * and a correction that shares go without), and what it does to real numbers.
 * @module
 */
import { publicTensor } from '../protocol/tensors.ts';
import { eachTensor, inTurn, roomFor } from './dealer-masks.ts';
import { freshMasked, freshShare } from './evaluator-results.ts';
import {
  type DealerContext,
  type DealerPlaces,
  type EvaluatorContext,
  type EvaluatorPlaces,
  type NodeContext,
  nothing,
  type Step,
} from './execution.ts';
import type { Operation } from './operation.ts';
import { sizeOf, type Value, type ValueId } from './value.ts';

interface OneArgument {
  readonly of: ValueId;
  readonly out: ValueId;
}

/** The data of a linear map that has no parameters. */
export interface LinearMapOp<Name extends string> extends OneArgument {
  readonly op: Name;
}

/** Maps the ring elements at one address to those at another. */
export type MapWords = (to: number, from: number) => void;

export interface LinearMap<O>
  extends Pick<Operation<O>, 'publicWords' | 'dealerReadsPublicWords' | 'keptWords' | 'layer'> {
  /** Compiles the map of ring elements for a node; public random words of the operation lie at `publicWords`. */
  onWords(op: O, context: NodeContext, publicWords: number): MapWords;
  /** The same of real numbers: fills `out`. */
  onReals(op: O, out: Float64Array, of: Float64Array, values: readonly Value[]): void;
}

export function linearMap<O extends OneArgument>(row: LinearMap<O>): Operation<O> {
  const { onWords, onReals, ...declared } = row;
  return {
    ...declared,
    reads: ({ of }) => [of],
    needs: 'as its result',
    uncorrected: 'passed on',
    evaluate: (op, places, context) => mapParts(op, onWords(op, context, places.publicWords), places, context),
    deal: (op, places, context) => mapMasks(op, onWords(op, context, places.publicWords), places, context),
    linearIn: (op, values) => [
      {
        from: op.of,
        apply(x) {
          const out = new Float64Array(sizeOf(values[op.out]));
          onReals(op, out, x, values);
          return out;
        },
      },
    ],
    clear(op, { of, room, values }) {
      const out = room(op.out);
      onReals(op, out, of(op.of), values);
      return out;
    },
  };
}

/** Runs a map on whatever the value is to an evaluator: on m and [λ], or on [x]. */
export function mapParts(
  { of, out }: OneArgument,
  map: MapWords,
  places: EvaluatorPlaces,
  context: EvaluatorContext,
): readonly Step[] {
  const { slots } = context;
  if (slots.isShare(of)) {
    const [from, to] = [slots.share(of), freshShare(out, places, context)];
    return [() => map(to.at, from.at)];
  }
  if (!context.needsShares(out)) {
    const [from, to] = [slots.maskedOrOpened(of).value, publicTensor(places.value())];
    slots.set(out, { value: to, mask: undefined });
    return [() => map(to.at, from.at)];
  }
  const [from, to] = [slots.masked(of), freshMasked(out, places, context)];
  return [
    () => {
      map(to.value.at, from.value.at);
      map(to.mask.at, from.mask.at);
    },
  ];
}

/** Runs a map on all that the dealer keeps of a mask, or on the correction that its shares go without. */
export function mapMasks(op: OneArgument, map: MapWords, places: DealerPlaces, context: DealerContext): Step {
  const { values, slots } = context;
  if (values[op.out].kind === 'masked') {
    const from = slots.mask(op.of);
    return inTurn(
      eachTensor(roomFor(op.out, places, context)).map(({ tensor, of }) => {
        const source = of(from);
        return () => map(tensor.at, source.at);
      }),
    );
  }
  const uncorrected = slots.uncorrected(op.of);
  if (uncorrected === undefined) return nothing;
  const out = places.uncorrected();
  slots.setUncorrected(op.out, out);
  return () => map(out.at, uncorrected.at);
}

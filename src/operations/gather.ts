/**
 * Rows of records, or of a masked value: those that are selected in the repetition.
 * @module
 */
import { spreadSigns } from '../protocol/spread.ts';
import { roomFor } from './dealer-masks.ts';
import { freshMasked } from './evaluator-results.ts';
import type {
  DealerContext,
  DealerPlaces,
  EvaluatorContext,
  EvaluatorPlaces,
  SelectedRows,
  Step,
} from './execution.ts';
import { type MapWords, mapMasks, mapParts } from './linear-map.ts';
import type { Operation } from './operation.ts';
import { recordStride, type Value } from './value.ts';

export interface GatherOp extends SelectedRows {
  readonly op: 'gather';
}

const areRecords = ({ of }: GatherOp, values: readonly Value[]): boolean => values[of].kind === 'records';

export const gather: Operation<GatherOp> = {
  reads: ({ of }) => [of],
  needs: 'as its result',
  uncorrected: 'passed on',
  keepsMask: areRecords,
  keptWords: ({ out }, values) => values[out].rows + recordStride(values[out]) / 8,
  evaluate(op, places, context) {
    return areRecords(op, context.values)
      ? gatherRecords(op, places, context)
      : mapParts(op, gatherWords(op, context), places, context);
  },
  deal(op, places, context) {
    return areRecords(op, context.values)
      ? gatherRecordMasks(op, places, context)
      : mapMasks(op, gatherWords(op, context), places, context);
  },
  clear(op, context) {
    const { cols } = context.values[op.out];
    const [of, out] = [context.of(op.of), context.room(op.out)];
    context.rowNumbers(op).forEach((row, i) => {
      out.set(of.subarray(row * cols, (row + 1) * cols), i * cols);
    });
    return out;
  },
};

function gatherWords(op: GatherOp, { machine, values, rowNumbers }: EvaluatorContext | DealerContext): MapWords {
  const { kernels } = machine;
  const { rows, cols } = values[op.out];
  const indices = rowNumbers(op);
  return (to, from) => kernels.gatherRows(to, from, indices, rows, cols);
}

/** m from the set, [λ] from the streams again. */
function gatherRecords(op: GatherOp, places: EvaluatorPlaces, context: EvaluatorContext): readonly Step[] {
  const { machine, memory, values, slots } = context;
  const { kernels } = machine;
  const { rows, cols } = values[op.out];
  const indices = context.rowNumbers(op);
  const records = slots.records(op.of);
  const out = freshMasked(op.out, places, context);
  const addMasks = context.recordMasks(op.of);
  return [
    () => {
      records.gather(out.value.at, indices, rows);
      kernels.fill0(out.mask.at, 8 * rows * cols);
      addMasks(memory.u32(indices, rows), [out.mask.at]);
    },
  ];
}

/** Masks of rows of a data set, which are read again from their streams. */
function gatherRecordMasks(op: GatherOp, places: DealerPlaces, context: DealerContext): Step {
  const { machine, memory, values, roles } = context;
  const { kernels } = machine;
  const { rows, cols } = values[op.out];
  const indices = context.rowNumbers(op);
  const { whole, spread = [] } = roomFor(op.out, places, context);
  const { evaluators } = roles;
  const targets = [
    ...(whole === undefined ? [] : [{ to: whole.at, signs: evaluators.map(() => 1) }]),
    ...spread.map(({ at }, k) => ({ to: at, signs: spreadSigns(evaluators.length)[k] })),
  ];
  const addMasks = context.recordMasks(op.of, { signs: targets.map(({ signs }) => signs) });
  const addresses = targets.map(({ to }) => to);
  return () => {
    for (const to of addresses) kernels.fill0(to, 8 * rows * cols);
    addMasks(memory.u32(indices, rows), addresses);
  };
}

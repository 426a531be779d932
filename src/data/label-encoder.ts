/**
 * The label of a row, as a number: 0 or 1, the index of a class, or the value of a target.
 * @module
 */
import type { ColumnRule } from '../errors.ts';
import { labelReader } from './labels.ts';
import type { LabelRange } from './records.ts';
import type { CellForm, RowEncoder } from './row-encoder.ts';

/** The encoder of the label column of this name, whose numbers are read as `form` says. A row needs a label, whatever is done about missing features. */
export function labelEncoder(name: string, range: LabelRange, { numberIn, onBroken }: CellForm): RowEncoder {
  const labelIn = labelReader(range, numberIn);
  const ruleOf = (cell: string): ColumnRule => {
    if (cell === '') return 'missing';
    if (range.target === undefined) return 'levels';
    return 'value' in numberIn(cell) ? 'range' : 'type';
  };
  return {
    reads: [name],
    declared: name,
    features: [],
    takesMissing: false,
    isForeign: (cell) => 'fault' in labelIn(cell) && 'fault' in numberIn(cell),
    encode([cell], place, into, at, problems) {
      const reading = labelIn(cell);
      if ('value' in reading) into[at] = reading.value;
      else {
        onBroken?.(name, ruleOf(cell));
        problems.addAt(place, reading.fault, name);
      }
      return true;
    },
    end: () => undefined,
  };
}

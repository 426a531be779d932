/**
 * The label of a row, as a number: 0 or 1, the index of a class, or the value of a target.
 * @module
 */
import { labelReader } from './labels.ts';
import type { Reading } from './reading.ts';
import type { LabelRange } from './records.ts';
import type { RowEncoder } from './row-encoder.ts';

/** The encoder of the label column of this name, whose numbers `numberIn` reads. A row needs a label, whatever is done about missing features. */
export function labelEncoder(name: string, range: LabelRange, numberIn: (cell: string) => Reading): RowEncoder {
  const labelIn = labelReader(range, numberIn);
  return {
    reads: [name],
    features: [],
    takesMissing: false,
    isForeign: (cell) => 'fault' in labelIn(cell) && 'fault' in numberIn(cell),
    encode([cell], place, into, at, problems) {
      const reading = labelIn(cell);
      if ('value' in reading) into[at] = reading.value;
      else problems.addAt(place, reading.fault, name);
      return true;
    },
    end: () => undefined,
  };
}

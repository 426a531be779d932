/**
 * A number with a declared range, as it stands in a cell.
 * @module
 */
import { isMissing } from './cell-fault.ts';
import type { FeatureRange } from './feature-range.ts';
import { numberIn as plainNumber } from './labels.ts';
import { RangeCheck } from './range-check.ts';
import type { RecordsWanted } from './records.ts';
import type { CellForm, RowEncoder } from './row-encoder.ts';

/** Cells that begin with a number and are a unit, such as 10^9/L or 1/min. */
const UNIT_WITH_NUMBER = /^(10\s*(\^|\*|e\d)|1\d*\s*\/\s*[a-zµ])/i;
const NUMBER_FIRST = /^[+-]?[.,]?\d/;

/** Whether a trimmed cell is a text that is no slip of a number: `mg/dL`, not `5 mg`. */
export const isText = (cell: string): boolean =>
  'fault' in plainNumber(cell) && (!NUMBER_FIRST.test(cell) || UNIT_WITH_NUMBER.test(cell));

/** The encoder of one numeric feature, which is read from the column of its name. */
export function numberEncoder(
  feature: FeatureRange,
  { outOfRange, missing = 'refuse' }: Pick<RecordsWanted, 'outOfRange' | 'missing'>,
  { numberIn, advice, onBroken }: CellForm,
): RowEncoder {
  const { name, low, high } = feature;
  const range = new RangeCheck(feature);
  const keepsAll = outOfRange === 'keep';
  return {
    reads: [name],
    declared: name,
    features: [feature],
    takesMissing: missing === 'keep',
    isForeign: isText,
    encode([cell], place, into, at, problems) {
      const reading = numberIn(cell);
      if ('value' in reading) {
        range.add(reading.value, place);
        into[at] = keepsAll ? reading.value : Math.min(high, Math.max(low, reading.value));
      } else if (missing === 'keep' && isMissing(cell)) {
        into[at] = Number.NaN;
      } else {
        onBroken?.(name, isMissing(cell) ? 'missing' : 'type');
        const told = advice !== undefined && isMissing(cell) ? `; ${advice.missing}` : '';
        problems.addAt(place, `${reading.fault}${told}`, name);
      }
      return true;
    },
    end(problems, warnings) {
      if (keepsAll) range.report(warnings);
      else if (range.report(problems, outOfRange === 'refuse', advice?.outOfRange)) onBroken?.(name, 'range');
    },
  };
}

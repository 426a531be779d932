/**
 * The label as a party has it: another column, and codes of its own.
 * @module
 */
import { labelEncoder } from '../data/label-encoder.ts';
import type { LabelRange } from '../data/records.ts';
import type { CellForm, RowEncoder } from '../data/row-encoder.ts';
import type { OwnTable } from './own-column.ts';

/** The encoder of the label of this name, in a party's own table. */
export function ownLabelEncoder(name: string, range: LabelRange, own: OwnTable, { numberIn }: CellForm): RowEncoder {
  const { column = name, codes = {}, missing = own.missing ?? [] } = own.columns?.[name] ?? {};
  const encoder = labelEncoder(column, range, numberIn);
  const texts = new Set(missing);
  const meant = (cell: string) => {
    if (Object.hasOwn(codes, cell)) return codes[cell];
    // A class is never taken for a missing label.
    return texts.has(cell) && !(range.classes ?? []).map(String).includes(cell) ? '' : cell;
  };
  return {
    ...encoder,
    isForeign: (cell) => encoder.isForeign(meant(cell)),
    encode: ([cell], ...rest) => encoder.encode([meant(cell)], ...rest),
  };
}

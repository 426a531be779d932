/**
 * The label as a party has it: another column, and codes of its own.
 * @module
 */
import { labelEncoder } from '../data/label-encoder.ts';
import type { LabelRange } from '../data/records.ts';
import { type CellForm, formOf, type RowEncoder } from '../data/row-encoder.ts';
import type { OwnTable } from './own-column.ts';

/** The column of a label in a party's own table, and what its cells mean in the job; '' is no value. */
export function labelMeaning(
  name: string,
  { classes = [] }: { readonly classes?: LabelRange['classes'] | undefined },
  own: OwnTable,
) {
  const { column = name, codes = {}, missing = own.missing ?? [] } = own.columns?.[name] ?? {};
  const [texts, known] = [new Set(missing), new Set(classes.map(String))];
  return {
    column,
    meaning(cell: string): string {
      if (Object.hasOwn(codes, cell)) return codes[cell];
      // A class is never taken for a missing label.
      return texts.has(cell) && !known.has(cell) ? '' : cell;
    },
  };
}

/** The encoder of the label of this name, in a party's own table. */
export function ownLabelEncoder(name: string, range: LabelRange, own: OwnTable, form: CellForm): RowEncoder {
  const { column, meaning } = labelMeaning(name, range, own);
  const encoder = labelEncoder(column, range, formOf(name, form));
  return {
    ...encoder,
    declared: name,
    isForeign: (cell) => encoder.isForeign(meaning(cell)),
    encode: ([cell], ...rest) => encoder.encode([meaning(cell)], ...rest),
  };
}

/**
 * What was found in a party's own records, column by column. It is for the owner's screen: it has lines and counts, and no value.
 * @module
 */
import type { Fill } from '../../encoding/missing.ts';
import type { ColumnRule } from '../../errors.ts';
import type { DataFindings } from '../../job/node/check-data.ts';
import type { ColumnFindings, Places } from '../../job/node/column-survey.ts';
import { plainTable } from './text-table.ts';

const WORDS: Readonly<Record<ColumnRule, string>> = {
  column: 'no such column',
  missing: 'no value',
  type: 'another type',
  range: 'out of range',
  levels: 'level not agreed',
};
const SHOWN: readonly ColumnRule[] = ['type', 'levels', 'range'];

/** What becomes of a missing value. A refused one is told among the faults. */
const FILLED: Readonly<Record<Exclude<Fill, 'refuse'>, string>> = {
  drop: 'such a row does not count',
  mean: 'the job fills it with the mean of all parties',
  median: 'the job fills it with the median of all parties',
  constant: 'the job fills it with a constant',
};

const HEAD = ['feature', 'column', 'good', 'missing', ...SHOWN.map((rule) => WORDS[rule])];

/** A table for each kind of rows, with what needs more words below it. */
export function findingLines(findings: DataFindings): string[] {
  const { kind, table, rows, expected, columns, duplicates, dropped, kept, counted } = findings;
  const rowsOf = ({ feature, column, values, missing, broken }: ColumnFindings) => [
    feature,
    column === feature ? '' : column,
    String(values),
    String(missing.count),
    ...SHOWN.map((rule) => String(broken[rule]?.count ?? 0)),
  ];
  const out = dropped.count === 0 ? '' : `, of which ${dropped.count} do not count`;
  const said = expected === kept ? '' : `, and the job says ${expected}`;
  return [
    `${kind}: ${table}, ${rows} rows${out}${said}`,
    ...(columns.length === 0 ? [] : [plainTable(HEAD, columns.map(rowsOf))]),
    ...columns.flatMap((column) => remarks(column, counted)),
    ...(duplicates.count === 0
      ? []
      : [`  ${duplicates.count} rows repeat an earlier one in all these columns: ${places(duplicates, counted)}`]),
    '',
  ];
}

function remarks({ feature, asked, missing, fill, broken, isConstant }: ColumnFindings, unit: string): string[] {
  const faults = SHOWN.flatMap((rule) => {
    const found = broken[rule];
    return found === undefined ? [] : [`${WORDS[rule]} in ${places(found, unit)}`];
  });
  const refused = missing.count > 0 && fill === 'refuse' ? [`no value in ${places(missing, unit)}`] : [];
  const filled =
    missing.count > 0 && fill !== 'refuse'
      ? [`  ${feature}: no value in ${places(missing, unit)}; ${FILLED[fill]}`]
      : [];
  const all = [...refused, ...faults];
  return [
    ...(all.length === 0 ? [] : [`  ${feature}: ${all.join('; ')}; the job asks for ${asked}`]),
    ...filled,
    ...(isConstant ? [`  ${feature}: every value is the same one, so a model learns nothing of it here`] : []),
  ];
}

/** `lines 2, 3, 4 and 7 more` */
function places({ count, first }: Places, unit: string): string {
  const more = count - first.length;
  return `${unit}${count === 1 ? '' : 's'} ${first.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Everything that a run would refuse, with the table that it is in. */
export const problemsOf = (findings: readonly DataFindings[]): string[] =>
  findings.flatMap(({ table, problems }) => problems.map((problem) => `${table}: ${problem}`));

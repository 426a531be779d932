/**
 * The header of a table: where each column stands that somebody asked for, and what is wrong with it.
 * @module
 */

import { suggestion } from './nearest.ts';
import type { AskedColumns } from './table-source.ts';

/** Missing columns that are named one by one. */
const NAMED = 5;

export interface Header {
  /** Cells of the row. */
  readonly width: number;
  /** Without those at the end that have no name. */
  readonly named: number;
  /** Where each column asked for stands in a row; -1 when it is missing. */
  readonly positions: readonly number[];
  readonly problems: readonly string[];
  /** False: it names none of the columns, so that it may be a record. */
  readonly isHeader: boolean;
}

/** The same without a look at what is wrong. */
export const headerShape = (cells: readonly string[], positions: readonly number[]) => ({
  width: cells.length,
  named: cells.findLastIndex((name) => name.trim() !== '') + 1,
  positions,
});

export function headerOf(cells: readonly string[], { names, by }: AskedColumns): Header {
  const header = cells.map((cell) => cell.trim());
  const places = new Map<string, number[]>();
  header.forEach((name, i) => {
    const known = places.get(name);
    if (known === undefined) places.set(name, [i]);
    else known.push(i);
  });
  const positions = names.map((name) => places.get(name)?.[0] ?? -1);
  const found = headerShape(header, positions);
  const recode = header.some((name) => name.includes('\ufffd')) ? NOT_UTF8 : '';
  const written = otherwiseWritten(names, header);
  if (positions.every((position) => position < 0) && written.size === 0) {
    // Perhaps this is a record, so that no cell of it may be quoted.
    const none = `none of the columns that the ${by} names is here${WHAT_TO_SAY[by]}; the first line must be the header${recode}`;
    return { ...found, problems: [none], isHeader: false };
  }
  const all = new Set(names);
  const twice = names.filter((name) => (places.get(name) ?? []).length > 1);
  const problems = twice.slice(0, NAMED).map((name) => {
    const numbers = (places.get(name) ?? []).map((column) => column + 1);
    return `duplicate header '${name}' in columns ${numbers.join(' and ')}`;
  });
  if (twice.length > NAMED) problems.push(`${twice.length - NAMED} more of the columns are there twice`);
  const missing = names.filter((name) => !places.has(name));
  const spare = [...places.keys()].filter((name) => name !== '' && !all.has(name));
  for (const [i, name] of missing.slice(0, NAMED).entries()) {
    const other = written.get(name);
    const hint =
      other === undefined ? (i === 0 && recode) || suggestion(name, spare) : `: it is written '${other}' here`;
    problems.push(`missing column '${name}'${hint}`);
  }
  const more = missing.length - NAMED;
  if (more > 0) problems.push(`${more} more column${more === 1 ? ' is' : 's are'} missing`);
  return { ...found, problems, isHeader: true };
}

/** What to do where a party calls the columns otherwise, by who names them. */
const WHAT_TO_SAY: Readonly<Record<AskedColumns['by'], string>> = {
  job: '',
  model: '',
  'alignment of the job': '; say with keys in the configuration what this table calls its keys',
};

const NOT_UTF8 =
  '; the header is not UTF-8 (perhaps Windows-1252): save the file as CSV UTF-8, or name it in the configuration: file: …, encoding: windows-1252';

/** Names with the form in which the header has them: in other letters, capital or small, or in another form of Unicode. */
function otherwiseWritten(names: readonly string[], header: readonly string[]): Map<string, string> {
  const plain = (name: string) => name.normalize('NFC').toLowerCase();
  const known = new Set(header);
  const forms = new Map(header.map((name) => [plain(name), name]));
  return new Map(
    names.flatMap((name) => {
      const other = known.has(name) ? undefined : forms.get(plain(name));
      return other === undefined ? [] : [[name, other] as const];
    }),
  );
}

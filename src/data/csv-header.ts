/**
 * The header row of a CSV file: where each column stands that somebody asked for, and what is wrong with it.
 * @module
 */

import { firstLineForm } from './csv-form.ts';
import { suggestion } from './nearest.ts';

/** Missing columns that are named one by one. */
const NAMED = 5;

/** The columns that are asked for. */
export interface Asked {
  readonly features: readonly string[];
  readonly label?: string | undefined;
  readonly id?: string | undefined;
  /** Who names them. */
  readonly by: 'job' | 'model';
}

export interface Header {
  /** Cells of the row. */
  readonly width: number;
  /** Without those at the end that have no name. */
  readonly named: number;
  /** Where each feature, then the label, stands in a row; -1 when it is missing. */
  readonly positions: readonly number[];
  /** Where the id stands; -1 when there is none. */
  readonly id: number;
  readonly problems: readonly string[];
  /** `no header`: the row names none of the columns, so that it may be a record. `another form`: the rows are no CSV either. */
  readonly is: 'a header' | 'no header' | 'another form';
}

export function headerOf(cells: readonly string[], asked: Asked): Header {
  const header = cells.map((cell) => cell.trim());
  const places = new Map<string, number[]>();
  header.forEach((name, i) => {
    const known = places.get(name);
    if (known === undefined) places.set(name, [i]);
    else known.push(i);
  });
  const names = [...asked.features, ...(asked.label === undefined ? [] : [asked.label])];
  const positionOf = (name: string) => places.get(name)?.[0] ?? -1;
  const positions = names.map(positionOf);
  const found = {
    width: header.length,
    named: header.findLastIndex((name) => name !== '') + 1,
    positions,
    id: asked.id === undefined ? -1 : positionOf(asked.id),
  };
  const form = positions.includes(-1) ? firstLineForm(cells, names) : undefined;
  if (form !== undefined) return { ...found, problems: [form], is: 'another form' };
  const recode = header.some((name) => name.includes('\ufffd')) ? NOT_UTF8 : '';
  const written = otherwiseWritten(names, header);
  if (positions.every((position) => position < 0) && written.size === 0) {
    // Perhaps this is a record, so that no cell of it may be quoted.
    const none = `none of the columns that the ${asked.by} names is here; the first line must be the header${recode}`;
    return { ...found, problems: [none], is: 'no header' };
  }
  const all = new Set(asked.id === undefined ? names : [...names, asked.id]);
  const twice = [...all].filter((name) => (places.get(name) ?? []).length > 1);
  const problems = twice.slice(0, NAMED).map((name) => {
    const numbers = (places.get(name) ?? []).map((column) => column + 1);
    return `duplicate header '${name}' in columns ${numbers.join(' and ')}`;
  });
  if (twice.length > NAMED) problems.push(`${twice.length - NAMED} more of the columns are there twice`);
  const missing = [...all].filter((name) => !places.has(name));
  const spare = [...places.keys()].filter((name) => name !== '' && !all.has(name));
  for (const name of missing.slice(0, NAMED)) {
    const other = written.get(name);
    const hint = other === undefined ? recode || suggestion(name, spare) : `: it is written '${other}' here`;
    problems.push(`missing column '${name}'${hint}`);
  }
  const more = missing.length - NAMED;
  if (more > 0) problems.push(`${more} more column${more === 1 ? ' is' : 's are'} missing`);
  return { ...found, problems, is: 'a header' };
}

const NOT_UTF8 = '; the header is not UTF-8 (perhaps Windows-1252): save the file as CSV UTF-8';

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

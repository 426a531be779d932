/**
 * The problems of a data file: equal ones become one, over lines and columns; as many as help are listed, the others counted.
 * @module
 */

/** Problems that are listed. */
const LISTED = 20;
/** Different problems that are kept apart. */
const KEPT = 1000;
/** Further places, or columns, of one problem that are listed. */
const PLACES = 3;
/** Different lines of one problem that are told apart. */
const COUNTED_LINES = 100;

interface Place {
  /** A line, or another unit; 0 for the file as a whole. */
  readonly at: number;
  /** A column, where the problem is that of one. */
  readonly column: string | undefined;
}

interface Found {
  readonly fault: string;
  readonly unit: string;
  /** The first few places. */
  readonly places: Place[];
  count: number;
  readonly columns: Set<string>;
  readonly lines: Set<number>;
  /** False: there are more lines than are told apart. */
  hasAllLines: boolean;
}

export class Problems {
  readonly #unit: string;
  readonly #found = new Map<string, Found>();
  #others = 0;

  /** `unit`: what places are numbered by where nothing else is said. */
  constructor(unit: 'line' | 'row' = 'line') {
    this.#unit = unit;
  }

  /** Notes a problem of the file as a whole. A problem never contains a value of the data. */
  add(problem: string): void {
    this.#note('', [0], 1, problem, undefined);
  }

  /** Notes a problem at the line, or another unit, of this number: "line 2, column 'age': empty". */
  addAt(place: number, fault: string, column?: string, unit = this.#unit): void {
    this.#note(unit, [place], 1, fault, column);
  }

  /** Notes a problem of one column at `count` lines, of which the first few are given. Problems of one `kind` are told together. */
  addAll(lines: readonly number[], count: number, fault: string, column: string, kind: string): void {
    this.#note(this.#unit, lines, count, fault, column, kind);
  }

  #note(
    unit: string,
    lines: readonly number[],
    count: number,
    fault: string,
    column: string | undefined,
    kind = fault,
  ): void {
    const key = `${unit} ${column === undefined ? '' : 'column'}: ${kind}`;
    const known = this.#found.get(key);
    if (known === undefined && this.#found.size === KEPT) {
      this.#others++;
      return;
    }
    const found: Found = known ?? {
      fault,
      unit,
      places: [],
      count: 0,
      columns: new Set(),
      lines: new Set(),
      hasAllLines: true,
    };
    if (known === undefined) this.#found.set(key, found);
    found.count += count;
    if (column !== undefined) found.columns.add(column);
    for (const at of lines) {
      if (found.places.length <= PLACES) found.places.push({ at, column });
      if (found.lines.size < COUNTED_LINES) found.lines.add(at);
      else if (!found.lines.has(at)) found.hasAllLines = false;
    }
    if (lines.length < count) found.hasAllLines = false;
  }

  /** In the order of their places, those of the file as a whole first. */
  list(): readonly string[] {
    const all = [...this.#found.values()].sort((a, b) => a.places[0].at - b.places[0].at);
    const others = all.length - LISTED + this.#others;
    const listed = all.slice(0, LISTED).map(textOf);
    return others <= 0 ? listed : [...listed, `… and ${others} more`];
  }
}

/** `line 2, column 'age': empty; the same in 5 more lines: 3, 4, 5, …` */
function textOf(found: Found): string {
  const { fault, unit, places, count, columns } = found;
  const where = ({ at, column }: Place) =>
    `${unit} ${at}${column === undefined ? '' : `, ${unit === 'line' || unit === 'row' ? 'column ' : ''}'${column}'`}`;
  if (unit === '') return fault;
  const [first, ...next] = places;
  const text = `${where(first)}: ${fault}`;
  const more = count - 1;
  if (more === 0) return text;
  if (columns.size < 2) {
    const lines = next.map(({ at }) => at);
    return `${text}; the same in ${more} more ${counted(unit, more)}: ${someOf(lines, more)}`;
  }
  return `${text}; the same in ${more > PLACES ? inColumns(found) : next.map(where).join('; ')}`;
}

/** `59 more columns: 'x1', 'x2', 'x3', …`, or `719 more cells: 60 columns ('x0', 'x1', 'x2', …), 12 lines (2, 3, 4, …)` */
function inColumns({ unit, count, columns, lines, hasAllLines }: Found): string {
  const names = [...columns].map((name) => `'${name}'`);
  if (lines.size === 1 && hasAllLines && columns.size === count) {
    return `${count - 1} more columns: ${someOf(names.slice(1), count - 1)}`;
  }
  const numbers = `${hasAllLines ? '' : 'at least '}${lines.size} ${counted(unit, lines.size)}`;
  return `${count - 1} more cells: ${columns.size} columns (${someOf(names, columns.size)}), ${numbers} (${someOf([...lines], lines.size)})`;
}

const counted = (unit: string, count: number) => `${unit}${count === 1 ? '' : 's'}`;

const someOf = (all: readonly (string | number)[], count: number) =>
  `${all.slice(0, PLACES).join(', ')}${count > PLACES ? ', …' : ''}`;

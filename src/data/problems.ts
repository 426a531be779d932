/**
 * The problems of a data file: equal ones become one, as many as help are listed, the others counted.
 * @module
 */

/** Problems that are listed. */
const LISTED = 20;
/** Different problems that are kept apart. */
const KEPT = 1000;
/** Further places of one problem that are listed. */
const PLACES = 3;

interface Found {
  readonly text: string;
  readonly unit: string;
  /** Where it was found first; 0 for the file as a whole. */
  readonly first: number;
  /** The next places, up to as many as are listed. */
  readonly next: number[];
  more: number;
}

export class Problems {
  readonly #found = new Map<string, Found>();
  #others = 0;

  /** Notes a problem of the file as a whole. A problem never contains a value of the data. */
  add(problem: string): void {
    this.#note('', [0], 1, problem, '');
  }

  /** Notes a problem at the line, or another unit, of this number: "line 2, column 'age': empty". */
  addAt(place: number, fault: string, part?: string, unit = 'line'): void {
    this.#note(unit, [place], 1, fault, part === undefined ? '' : `, ${part}`);
  }

  /** Notes a problem of one part at `count` lines, of which the first few are given. */
  addAll(lines: readonly number[], count: number, fault: string, part: string): void {
    this.#note('line', lines, count, fault, `, ${part}`);
  }

  #note(unit: string, places: readonly number[], count: number, fault: string, where: string): void {
    const key = `${unit}${where}: ${fault}`;
    const found = this.#found.get(key);
    if (found !== undefined) {
      found.more += count;
      if (found.next.length < PLACES) found.next.push(...places);
    } else if (this.#found.size === KEPT) {
      this.#others++;
    } else {
      const [first, ...next] = places;
      const text = unit === '' ? fault : `${unit} ${first}${where}: ${fault}`;
      this.#found.set(key, { text, unit, first, next, more: count - 1 });
    }
  }

  /** In the order of their places, those of the file as a whole first. */
  list(): readonly string[] {
    const all = [...this.#found.values()].sort((a, b) => a.first - b.first);
    const others = all.length - LISTED + this.#others;
    const listed = all.slice(0, LISTED).map(textOf);
    return others <= 0 ? listed : [...listed, `… and ${others} more`];
  }
}

/** `line 2, column 'age': empty; the same in 5 more lines: 3, 4, 5, …` */
function textOf({ text, unit, next, more }: Found): string {
  if (more === 0 || unit === '') return text;
  const places = `${next.slice(0, PLACES).join(', ')}${more > PLACES ? ', …' : ''}`;
  return `${text}; the same in ${more} more ${unit}${more === 1 ? '' : 's'}: ${places}`;
}

/**
 * The problems of a document with their lines: equal ones of many entries of a mapping or list become one sentence.
 * @module
 */

/** The line of what was never a text. */
export const NO_LINE = 0;
/** Problems that are listed; where each further one stands is not looked up. */
const LISTED = 100;
/** So many equal problems are told one by one. */
const SEPARATE = 3;
/** Characters of a problem that are shown: a key may be as long as the file. */
const SHOWN = 500;

/** Which of many entries a problem is of. */
export interface Entry {
  readonly of: string;
  readonly name: string;
  readonly message: string;
}

interface Found {
  readonly problem: string;
  readonly line: number;
  readonly name: string;
}

interface Group {
  readonly of: string;
  readonly found: Found[];
  count: number;
}

export class DocumentProblems {
  readonly #groups = new Map<string, Group>();
  /** Two rules can find the same fault. */
  readonly #known = new Set<string>();
  #more = 0;

  /** Notes a problem, once; problems of entries of one thing with one message are equal. */
  add(text: string, line: () => number, entry?: Entry): void {
    const problem = shown(text);
    if (this.#known.has(problem)) return;
    const key = entry === undefined ? problem : `${entry.of}\n${entry.message}`;
    const known = this.#groups.get(key);
    if (known === undefined && this.#groups.size === LISTED) {
      this.#more++;
      return;
    }
    this.#known.add(problem);
    const group: Group = known ?? { of: entry?.of ?? '', found: [], count: 0 };
    this.#groups.set(key, group);
    group.count++;
    if (group.found.length <= SEPARATE) group.found.push({ problem, line: line(), name: shown(entry?.name ?? '') });
  }

  /** In the order of their lines. */
  list(): readonly string[] {
    const told = [...this.#groups.values()].flatMap((group) =>
      group.count <= SEPARATE ? group.found : [{ ...group.found[0], problem: together(group) }],
    );
    const problems = told
      .sort((a, b) => a.line - b.line)
      .map(({ problem, line }) => (line === NO_LINE ? problem : `line ${line}: ${problem}`));
    return this.#more === 0 ? problems : [...problems, `… and ${this.#more} more`];
  }
}

/** `data.features.a must be …; the same for 59 more of data.features: b (line 6), c (line 7), d (line 8), …` */
function together({ of, found: [first, ...next], count }: Group): string {
  const more = count - 1;
  const named = next.map(({ name, line }) => (line === NO_LINE ? name : `${name} (line ${line})`)).join(', ');
  return `${first.problem}; the same for ${more} more of ${of}: ${named}${more > next.length ? ', …' : ''}`;
}

const shown = (text: string) => (text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text);

/**
 * A YAML (or JSON) text as plain values, with all faults of its form, and with the line of every value.
 * @module
 */
import {
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  Parser,
  visit,
  YAMLParseError,
} from 'yaml';

/** Characters of the largest text. A parser that knows its lines makes some 100,000 a second. */
export const MOST_CHARACTERS = 2 ** 21;
/** Levels within each other: the parser needs some of its stack for each. */
const MOST_LEVELS = 64;

const NO_TEXT = 'a key must be a text';
const SECOND = 'a second document begins here: write it into a file of its own';

/** What is wrong with the form of a text, and at which of its characters. */
interface Fault {
  readonly offset: number;
  readonly problem: string;
}

export class YamlText {
  /** Absent where a fault leaves nothing to look at. */
  readonly values: unknown;
  readonly faults: Fault[] = [];
  readonly #lines = new LineCounter();
  readonly #document: Document | undefined;

  constructor(content: string) {
    if (content.length > MOST_CHARACTERS) {
      this.#add(0, `the file has ${content.length} characters, more than the ${MOST_CHARACTERS} that are read`);
      return;
    }
    const tokens = [...new Parser(this.#lines.addNewLine).parse(content)];
    const deep = tooDeep(tokens);
    if (deep !== undefined) {
      this.#add(deep, `more than ${MOST_LEVELS} levels within each other`);
      return;
    }
    const document = composed(tokens, content.length);
    if (document === undefined) {
      this.#add(0, 'the file is empty');
      return;
    }
    this.#document = document;
    for (const { pos, code, message } of [...document.errors, ...document.warnings]) {
      this.#add(pos[0], code === 'NON_STRING_KEY' ? NO_TEXT : message);
    }
    if (this.faults.length > 0) return;
    this.#checkKeys(document);
    if (document.contents === null) this.#add(0, 'the file is empty');
    else this.values = this.#plainValues(document);
  }

  /** The line of a character of the text. */
  line(offset: number): number {
    return Math.max(1, this.#lines.linePos(offset).line);
  }

  /** Where the key of the value at `path` stands. For a missing key: where that of the innermost mapping stands that exists. */
  offset(path: readonly PropertyKey[]): number {
    const document = this.#document;
    let node: unknown = document?.contents;
    let offset = 0;
    for (const step of path) {
      if (document !== undefined && isAlias(node)) node = node.resolve(document);
      if (isMap(node)) {
        const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === step);
        if (pair === undefined) break;
        offset = (pair.key as Node).range?.[0] ?? offset;
        node = pair.value;
      } else if (isSeq(node) && typeof step === 'number' && step < node.items.length) {
        node = node.items[step];
        offset = (node as Node | null)?.range?.[0] ?? offset;
      } else {
        break;
      }
    }
    return offset;
  }

  #add(offset: number, problem: string): void {
    this.faults.push({ offset, problem });
  }

  /** Every key is a text that no other key of its mapping equals. */
  #checkKeys(document: Document): void {
    visit(document, {
      Map: (_, map) => {
        const seen = new Set<string>();
        for (const { key } of map.items) {
          const offset = (key as Node | null)?.range?.[0] ?? 0;
          if (!isScalar(key)) {
            this.#add(offset, NO_TEXT);
            continue;
          }
          const name = String(key.value);
          if (name === '__proto__') this.#add(offset, `the key '${name}' is not allowed`);
          else if (seen.has(name)) this.#add(offset, `duplicate key '${name}'`);
          seen.add(name);
        }
      },
    });
  }

  /** Nothing where aliases stand for more than memory holds. */
  #plainValues(document: Document): unknown {
    try {
      return document.toJS();
    } catch {
      visit(document, {
        Alias: (_, alias) => {
          const fault =
            alias.resolve(document) === undefined
              ? `the alias *${alias.source} has no anchor`
              : 'the aliases (*) stand for too much: write the values out';
          this.#add(alias.range?.[0] ?? 0, fault);
          return visit.BREAK;
        },
      });
      if (this.faults.length === 0) this.#add(0, 'the file can not be read as a document');
      return undefined;
    }
  }
}

/** The document that the tokens make, with the faults of all of them; nothing for an empty file. */
function composed(tokens: readonly CST.Token[], length: number): Document | undefined {
  // Keys are texts as they are written: 01 and True are codes of a table. Duplicate ones are looked for later, where the key can be named and the other problems still found.
  const composer = new Composer({ prettyErrors: false, uniqueKeys: false, stringKeys: true, logLevel: 'error' });
  const [document, second]: (Document | undefined)[] = [...composer.compose(tokens, true, length)];
  if (second !== undefined) {
    const at = second.range?.[0] ?? 0;
    document?.errors.push(new YAMLParseError([at, at], 'MULTIPLE_DOCS', SECOND));
  }
  return document;
}

/** Where the first token stands that lies more levels deep than are read. */
function tooDeep(tokens: readonly CST.Token[]): number | undefined {
  const open: (readonly [token: CST.Token, level: number])[] = tokens.map((token) => [token, 0]);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [token, level] = next;
    if (level > MOST_LEVELS) return token.offset;
    if (token.type === 'document') {
      if (token.value !== undefined) open.push([token.value, level]);
    } else if ('items' in token) {
      for (const { key, value } of token.items as readonly CST.CollectionItem[]) {
        if (key) open.push([key, level + 1]);
        if (value) open.push([value, level + 1]);
      }
    }
  }
  return undefined;
}

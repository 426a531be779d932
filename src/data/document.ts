/**
 * A YAML (or JSON) document that is read against a schema, with every problem collected together with its line.
 *
 * Schemas are built from the pieces below, whose messages complete a sentence that begins with the path of the value.
 * @module
 */

import {
  Composer,
  type CST,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  Parser,
  visit,
  YAMLParseError,
  type Document as YamlDocument,
} from 'yaml';
import { z } from 'zod';
import { type ErrorCode, TrefoilError } from '../errors.ts';
import { DocumentProblems, NO_LINE } from './document-problems.ts';
import { suggestion } from './nearest.ts';

export type Path = readonly PropertyKey[];

/** The message of a value that isn't `what`. */
export const mustBe = (what: string) => ({
  error: (issue: { readonly input?: unknown }) =>
    issue.input === undefined ? `is missing: ${what}` : `must be ${what}`,
});

/** A mapping with exactly these keys. */
export const mapping = <S extends z.core.$ZodLooseShape>(shape: S) =>
  z.strictObject(shape, {
    // For an unknown key the message only carries the known ones to `Document.read`, which names the nearest.
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? Object.keys(shape).join(' ')
        : mustBe(`a mapping with ${Object.keys(shape).join(', ')}`).error(issue),
  });

/** A whole number of at least `low` and at most `high`; `beyond` is the message of a larger one, where the largest is not part of the form. */
export function whole(low: number, high: number = Number.MAX_SAFE_INTEGER, beyond?: { readonly error: string }) {
  const isOpen = high === Number.MAX_SAFE_INTEGER || beyond !== undefined;
  const rule = mustBe(`a whole number ${isOpen ? `from ${low} up` : `from ${low} to ${high}`}`);
  return z
    .int(rule)
    .min(low, rule)
    .max(high, beyond ?? rule);
}

/** Strictly between 0 and 1. */
export function probability() {
  const rule = mustBe('a number above 0 and below 1');
  return z.number(rule).gt(0, rule).lt(1, rule);
}

/** A finite number. */
export const finite = () => z.number(mustBe('a finite number'));

/** A finite number above zero. */
export function positive() {
  const rule = mustBe('a finite number above 0');
  return z.number(rule).gt(0, rule);
}

/** A finite number, not below zero. */
export function notNegative() {
  const rule = mustBe('a finite number from 0 up');
  return z.number(rule).min(0, rule);
}

/** A text that is not empty. */
export function text(what = 'a text') {
  const rule = mustBe(what);
  return z.string(rule).min(1, rule);
}

/** A text of a given form. */
export const matching = (pattern: RegExp, what: string) => z.string(mustBe(what)).regex(pattern, mustBe(what));

/** The schemas that a value read by `byForm` is read with, for whoever describes a schema. */
export const formsOf = new WeakMap<z.ZodType, readonly z.ZodType[]>();

/** A value read by the one of `forms` that `choose` picks for it, so that only the problems of that one are told. */
export function byForm<T>(forms: readonly z.ZodType<T>[], choose: (value: unknown) => z.ZodType<T>) {
  const schema = z.unknown().transform((value, context): T => {
    const result = choose(value).safeParse(value);
    if (result.success) return result.data;
    for (const issue of result.error.issues) context.issues.push({ ...issue, input: value } as z.core.$ZodRawIssue);
    return z.NEVER;
  });
  formsOf.set(schema, forms);
  return schema;
}

/** Whether a value of a document is a mapping. */
export const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `training.learningRate`, `parties[0].name` */
const label = (path: Path) =>
  path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${quotedIfOdd(String(key))}`))
    .join('')
    .replace(/^\./, '');

/** A key whose ends can not be seen has quotes. */
const quotedIfOdd = (key: string) => (key === '' || key !== key.trim() ? `'${key}'` : key);

/** Characters of the largest document, of which a parser that knows its lines makes some 100,000 a second. */
export const MOST_CHARACTERS = 2 ** 21;
/** Levels within each other: the parser needs some of its stack for each. */
const MOST_LEVELS = 64;

export class Document {
  /** The content as plain values, unchecked. */
  readonly raw: unknown;
  readonly #lines = new LineCounter();
  #document: YamlDocument | undefined;
  readonly #problems = new DocumentProblems();
  readonly #isText: boolean;

  /** `content`: a text, or values that a program made, which have no lines. */
  constructor(content: string | object) {
    this.#isText = typeof content === 'string';
    if (typeof content !== 'string') {
      this.raw = plainCopy(content);
      return;
    }
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
    this.#document = composed(tokens, content.length);
    if (this.#document === undefined) {
      this.#add(0, 'the file is empty');
      return;
    }
    for (const fault of [...this.#document.errors, ...this.#document.warnings]) {
      this.#add(fault.pos[0], fault.message);
    }
    if (!this.#problems.isEmpty) return;
    visit(this.#document, {
      Map: (_, map) => {
        const seen = new Set<string>();
        for (const { key } of map.items) {
          const offset = (key as Node | null)?.range?.[0] ?? 0;
          if (!isScalar(key)) {
            this.#add(offset, 'a key must be a text');
            continue;
          }
          const name = String(key.value);
          if (name === '__proto__') this.#add(offset, `the key '${name}' is not allowed`);
          else if (seen.has(name)) this.#add(offset, `duplicate key '${name}'`);
          seen.add(name);
        }
      },
    });
    if (this.#document.contents === null) this.#add(0, 'the file is empty');
    else this.raw = this.#plainValues(this.#document);
  }

  /** Nothing where aliases stand for more than memory holds. */
  #plainValues(document: YamlDocument): unknown {
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
      if (this.#problems.isEmpty) this.#add(0, 'the file can not be read as a document');
      return undefined;
    }
  }

  /** The document as the schema gives it; every problem is noted. Nothing when there are any, or no content to look at. */
  read<S extends z.ZodType>(schema: S): z.output<S> | undefined {
    if (this.raw === undefined) return undefined;
    const result = schema.safeParse(this.raw);
    for (const issue of result.error?.issues ?? []) {
      if (issue.code === 'unrecognized_keys') {
        const of = issue.path.length === 0 ? (this.#isText ? 'the file' : 'the object') : label(issue.path);
        const place = issue.path.length === 0 ? '' : ` in ${of}`;
        for (const key of issue.keys) {
          const path = [...issue.path, key];
          const hint = key === '<<' ? MERGE : suggestion(key, issue.message.split(' '));
          const entry = hint === '' ? { of, name: `'${key}'`, message: 'unknown key' } : undefined;
          this.#problems.add(`unknown key '${key}'${place}${hint}`, () => this.#line(this.#offset(path)), entry);
        }
      } else {
        this.report(issue.path, issue.message);
      }
    }
    return result.data;
  }

  /** Notes a problem with the value at `path`; `message` completes the sentence. */
  report(path: Path, message: string): void {
    const problem =
      path.length === 0 ? `${this.#isText ? 'the file' : 'the object'} ${message}` : `${label(path)} ${message}`;
    const entry = { of: label(path.slice(0, -1)), name: label(path.slice(-1)), message };
    this.#problems.add(problem, () => this.#line(this.#offset(path)), path.length < 2 ? undefined : entry);
  }

  /** Throws when any problem was noted; `what` names the file. */
  throwProblems(code: ErrorCode, what: string): void {
    throwProblems(code, what, this.#problems.list());
  }

  #add(offset: number, problem: string): void {
    this.#problems.add(problem, () => this.#line(offset));
  }

  #line(offset: number): number {
    return this.#isText ? Math.max(1, this.#lines.linePos(offset).line) : NO_LINE;
  }

  /** Where the key of the value at `path` stands; for a missing one, that of the innermost mapping that exists. */
  #offset(path: Path): number {
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
}

/** The values as JSON has them: later changes of the object don't matter, and an absent value is a missing key. */
function plainCopy(content: object): unknown {
  try {
    return JSON.parse(JSON.stringify(content));
  } catch {
    // A value within itself, or a bigint: the schema refuses it by its path.
    return content;
  }
}

/** The document that the tokens make, with the faults of all of them; nothing for an empty file. */
function composed(tokens: readonly CST.Token[], length: number): YamlDocument | undefined {
  // Duplicate keys are looked for later, where the key can be named and the other problems still found.
  const composer = new Composer({ prettyErrors: false, uniqueKeys: false, logLevel: 'error' });
  const [document, second]: (YamlDocument | undefined)[] = [...composer.compose(tokens, true, length)];
  if (second !== undefined) {
    const at = second.range?.[0] ?? 0;
    document?.errors.push(new YAMLParseError([at, at], 'MULTIPLE_DOCS', SECOND));
  }
  return document;
}

const MERGE = ': merge keys are not read, so write the keys out';
const SECOND = 'a second document begins here: write it into a file of its own';

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

/** Throws one error with all problems, if there are any; `what` names the file. */
export function throwProblems(code: ErrorCode, what: string, problems: readonly string[]): void {
  if (problems.length === 0) return;
  throw new TrefoilError(code, `${what} has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:`, {
    problems,
  });
}

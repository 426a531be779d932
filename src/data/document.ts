/**
 * A YAML (or JSON) document that is read against a schema, with every problem collected together with its line.
 *
 * Schemas are built from the pieces below, whose messages complete a sentence that begins with the path of the value.
 * @module
 */

import { z } from 'zod';
import { type ErrorCode, type PublicFacts, TrefoilError } from '../errors.ts';
import { DocumentProblems, NO_LINE } from './document-problems.ts';
import { suggestion } from './nearest.ts';
import { YamlText } from './yaml-text.ts';

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

const MERGE = ': merge keys are not read, so write the keys out';

export class Document {
  /** The content as plain values, unchecked. */
  readonly raw: unknown;
  /** The text that the values come from; absent where a program made them. */
  readonly #text: YamlText | undefined;
  readonly #problems = new DocumentProblems();

  /** `content`: a text, or values that a program made, which have no lines. */
  constructor(content: string | object) {
    if (typeof content !== 'string') {
      this.raw = plainCopy(content);
      return;
    }
    const text = new YamlText(content);
    this.#text = text;
    this.raw = text.values;
    for (const { offset, problem } of text.faults) this.#problems.add(problem, () => text.line(offset));
  }

  /**
   * The document as the schema gives it; every problem is noted. Nothing when there are any, or no content to look at. `renamed` says what to write in place of
   * keys that there were.
   */
  read<S extends z.ZodType>(schema: S, renamed: Readonly<Record<string, string>> = {}): z.output<S> | undefined {
    if (this.raw === undefined) return undefined;
    const result = schema.safeParse(this.raw);
    for (const issue of result.error?.issues ?? []) {
      if (issue.code === 'unrecognized_keys') {
        const of = issue.path.length === 0 ? this.#whole() : label(issue.path);
        const place = issue.path.length === 0 ? '' : ` in ${of}`;
        for (const key of issue.keys) {
          const path = [...issue.path, key];
          const now = renamed[label(path)];
          const known = now === undefined ? suggestion(key, issue.message.split(' ')) : `: ${now}`;
          const hint = key === '<<' ? MERGE : known;
          const entry = hint === '' ? { of, name: `'${key}'`, message: 'unknown key' } : undefined;
          this.#problems.add(`unknown key '${key}'${place}${hint}`, () => this.#line(path), entry);
        }
      } else {
        this.report(issue.path, issue.message);
      }
    }
    return result.data;
  }

  /** Notes a problem with the value at `path`; `message` completes the sentence. */
  report(path: Path, message: string): void {
    const problem = `${path.length === 0 ? this.#whole() : label(path)} ${message}`;
    const entry = { of: label(path.slice(0, -1)), name: label(path.slice(-1)), message };
    this.#problems.add(problem, () => this.#line(path), path.length < 2 ? undefined : entry);
  }

  /** Throws when any problem was noted; `what` names the file. */
  throwProblems(code: ErrorCode, what: string): void {
    throwProblems(code, what, this.#problems.list());
  }

  #line(path: Path): number {
    return this.#text === undefined ? NO_LINE : this.#text.line(this.#text.offset(path));
  }

  /** What the whole is called in a sentence. */
  #whole(): string {
    return this.#text === undefined ? 'the object' : 'the file';
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

/** Throws one error with all problems, if there are any; `what` names the file. */
export function throwProblems(
  code: ErrorCode,
  what: string,
  problems: readonly string[],
  facts: PublicFacts = {},
): void {
  if (problems.length === 0) return;
  throw new TrefoilError(code, `${what} has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:`, {
    problems,
    facts,
  });
}

/**
 * JSON in pieces: the text of a large model is longer than any string can be.
 * @module
 */

/** Numbers of one piece. */
const NUMBERS = 4096;

/** The value as JSON, indented by two for each level; a list of numbers stands on one line. */
export function* jsonPieces(value: unknown, indent = ''): Generator<string> {
  if (Array.isArray(value) && value.length > 0) yield* listPieces(value, indent);
  else if (isObject(value)) yield* objectPieces(value, indent);
  else yield JSON.stringify(value) ?? 'null';
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !('toJSON' in value);

function* listPieces(list: readonly unknown[], indent: string): Generator<string> {
  if (list.every((item) => typeof item === 'number')) {
    for (let from = 0; from < list.length; from += NUMBERS) {
      const part = JSON.stringify(list.slice(from, from + NUMBERS)).slice(1, -1);
      yield `${from === 0 ? '[' : ','}${part}`;
    }
    yield ']';
    return;
  }
  const inner = `${indent}  `;
  for (const [i, item] of list.entries()) {
    yield `${i === 0 ? '[' : ','}\n${inner}`;
    yield* jsonPieces(item, inner);
  }
  yield `\n${indent}]`;
}

function* objectPieces(object: object, indent: string): Generator<string> {
  const inner = `${indent}  `;
  const entries = Object.entries(object).filter(([, value]) => value !== undefined);
  for (const [i, [key, value]] of entries.entries()) {
    yield `${i === 0 ? '{' : ','}\n${inner}${JSON.stringify(key)}: `;
    yield* jsonPieces(value, inner);
  }
  yield entries.length === 0 ? '{}' : `\n${indent}}`;
}

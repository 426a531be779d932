/**
 * The keys that a schema takes: a row for each, with the values that it may have and its default.
 * @module
 */
import { z } from 'zod';
import { formsOf } from '../../dist/src/data/document.js';

/** As JSON Schema of what is written, which is not what comes out of it. */
function described(schema) {
  return z.toJSONSchema(schema, {
    unrepresentable: 'any',
    io: 'input',
    override({ zodSchema, jsonSchema }) {
      const forms = formsOf.get(zodSchema);
      if (forms !== undefined) Object.assign(jsonSchema, { anyOf: forms.map(described) });
    },
  });
}

const LARGEST = Number.MAX_SAFE_INTEGER;
/** A bar would end the cell of a table. */
const code = (value) =>
  `\`${(typeof value === 'string' ? value : String(JSON.stringify(value))).replaceAll('|', '\\|')}\``;
const either = (choices) =>
  choices.length < 2 ? choices.join('') : `${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`;

function bounds({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }) {
  const low = minimum > -LARGEST ? minimum : undefined;
  const high = maximum < LARGEST ? maximum : undefined;
  if (low !== undefined && high !== undefined) return ` ${low} to ${high}`;
  const ends = [
    ...(low === undefined ? [] : [`from ${low}`]),
    ...(exclusiveMinimum === undefined ? [] : [`above ${exclusiveMinimum}`]),
    ...(high === undefined ? [] : [`up to ${high}`]),
    ...(exclusiveMaximum === undefined ? [] : [`below ${exclusiveMaximum}`]),
  ];
  return ends.length === 0 ? '' : ` ${ends.join(', ')}`;
}

function count({ minItems, maxItems }) {
  if (minItems === undefined && maxItems === undefined) return '';
  if (maxItems === undefined) return ` (${minItems} or more)`;
  return minItems === undefined ? ` (up to ${maxItems})` : ` (${minItems} to ${maxItems})`;
}

/** A value in words. */
function form(schema) {
  if (schema.const !== undefined) return code(schema.const);
  if (schema.enum !== undefined) return either(schema.enum.map(code));
  if (schema.anyOf !== undefined) return either([...new Set(schema.anyOf.map(form))]);
  if (schema.prefixItems !== undefined) return `[${schema.prefixItems.map(form).join(', ')}]`;
  if (Array.isArray(schema.type)) return either(schema.type.map((type) => form({ ...schema, type })));
  switch (schema.type) {
    case 'integer':
      return `whole number${bounds(schema)}`;
    case 'number':
      return `number${bounds(schema)}`;
    case 'string':
      return schema.pattern === undefined ? 'text' : `text like ${code(schema.pattern)}`;
    case 'boolean':
      return '`true` or `false`';
    case 'array':
      return `list of ${form(schema.items)}${count(schema)}`;
    case 'object':
      return 'mapping';
    default:
      throw new Error(`no words for ${JSON.stringify(schema)}`);
  }
}

const isObject = (schema) => schema.type === 'object';
const isListOfObjects = ({ prefixItems }) => prefixItems?.every(isObject) ?? false;

/** The forms of a value that are mappings: of a model, of an optimiser, of what has a short form as well. */
const variantsOf = (schema) => (schema.oneOf ?? schema.anyOf ?? []).filter(isObject);
const hasKeys = (schema) => isObject(schema) || variantsOf(schema).length > 0;

/** The keys at and below `path`. */
function* below(path, schema, isRequired, fallback) {
  const [first, ...others] = variantsOf(schema);
  if (first !== undefined) {
    const short = (schema.anyOf ?? []).filter((each) => !isObject(each));
    if (short.length > 0) yield { path, values: form({ anyOf: [...short, first] }), isRequired, fallback };
    if (others.length === 0) yield* ofObject(path, first);
    else yield* ofVariants(path, [first, ...others]);
  } else if (isListOfObjects(schema)) {
    yield* below(`${path}[]`, schema.prefixItems[0], isRequired, fallback);
  } else if (schema.type === 'array' && schema.items !== undefined && hasKeys(schema.items)) {
    yield* below(`${path}[]`, schema.items, isRequired, fallback);
  } else if (isObject(schema)) {
    yield* ofObject(path, schema);
  } else {
    yield { path, values: form(schema), isRequired, fallback };
  }
}

function* ofObject(path, { properties = {}, required = [], additionalProperties }) {
  const prefix = path === '' ? '' : `${path}.`;
  for (const [key, schema] of Object.entries(properties)) {
    yield* below(`${prefix}${key}`, schema, required.includes(key), schema.default);
  }
  if (typeof additionalProperties === 'object') yield* below(`${prefix}NAME`, additionalProperties, false);
}

/** What tells a variant: the text that one of its keys always has, or else the first key that it must have. */
const tagOf = ({ properties, required = [] }) =>
  Object.values(properties).find((schema) => typeof schema.const === 'string')?.const ?? required[0];

/** A key of several variants has one row, which names the variants where it is not in all of them or not alike. */
function* ofVariants(path, all) {
  const variants = all.filter(({ properties }) => properties !== undefined);
  const keys = new Map();
  for (const variant of variants) {
    for (const row of ofObject(path, variant)) {
      if (!keys.has(row.path)) keys.set(row.path, new Map());
      const alike = keys.get(row.path);
      const { tags } = alike.get(row.values) ?? { tags: [] };
      alike.set(row.values, { ...row, tags: [...tags, tagOf(variant)] });
    }
  }
  for (const alike of [...keys.values()].map((rows) => [...rows.values()])) {
    const isTag = alike.every(({ values, tags }) => values === code(tags[0]));
    const isInAll = alike[0].tags.length === variants.length;
    const values = alike.map((row) =>
      isTag || isInAll ? row.values : `${row.values} (${row.tags.map(code).join(', ')})`,
    );
    // One variant may be what is meant without a tag.
    const meant = isTag ? (alike.find(({ isRequired }) => !isRequired) ?? alike[0]) : alike[0];
    yield { ...meant, values: isTag ? either(values) : values.join('; ') };
  }
  if (variants.length < all.length) yield { path: `${path}.NAME`, values: 'mapping', isRequired: false };
}

/** What a default is where the machine decides it. */
const OF_THE_MACHINE = { threads: 'one a core' };

function byDefault({ path, isRequired, fallback }) {
  if (OF_THE_MACHINE[path] !== undefined) return OF_THE_MACHINE[path];
  if (isRequired) return 'required';
  return fallback === undefined ? '–' : code(fallback);
}

/** Rows of a table: the key, what it may be, and its default. */
export const keysOf = (schema) =>
  [...below('', described(schema), true)].map((row) => [code(row.path), row.values, byDefault(row)]);

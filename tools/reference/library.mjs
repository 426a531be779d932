/**
 * What a program can import: every name of src/index.ts, with what the comment over its declaration says first.
 * @module
 */
import { readFileSync } from 'node:fs';

const KINDS = { function: 'function', class: 'class', interface: 'type', type: 'type', const: 'value' };

/** The first paragraph of the comment over a declaration, as one line; nothing where there is none. */
function said(comment = '') {
  const [first = ''] = comment
    .replaceAll(/^\s*\/?\*+\/? ?/gm, '')
    .replace(/\*\/\s*$/, '')
    .trim()
    .split(/\n\s*\n|\n?@/);
  return first
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll('|', '\\|')
    .trim();
}

/** The lists of names that a source takes from other ones and hands on. */
const handedOn = (source) =>
  [...source.matchAll(/export (?:type )?\{([^}]*)\} from '([^']*)'/g)].map(([, list, from]) => ({
    from,
    names: list
      .split(',')
      .map((name) => name.replace(/^\s*type\s/, '').trim())
      .filter(Boolean),
  }));

/** The declaration of a name in the file at `url`, or in the one that it is handed on from. */
function declared(url, name) {
  const source = readFileSync(url, 'utf8');
  const found = source.match(
    new RegExp(
      `(?:(/\\*\\*(?:(?!\\*/)[\\s\\S])*\\*/)\\s*)?export (?:async |declare |abstract )*(function|class|interface|type|const) ${name}\\b`,
    ),
  );
  if (found !== null) return { name, kind: KINDS[found[2]], says: said(found[1]) };
  const further = handedOn(source.replaceAll(/^import /gm, 'export ')).find(({ names }) => names.includes(name));
  if (further === undefined) throw new Error(`src/index.ts exports ${name}, which is declared nowhere`);
  return declared(new URL(further.from, url), name);
}

/** Functions first, as they are looked for first. */
const ORDER = ['function', 'class', 'value', 'type'];

/** `index`: the path of the library's entry. */
export function libraryTable(index) {
  const source = readFileSync(index, 'utf8');
  const own = [...source.matchAll(/^export (?:async )?(?:function|class|interface|type|const) (\w+)/gm)];
  const names = [...handedOn(source).flatMap(({ names }) => names), ...own.map(([, name]) => name)];
  const rows = names.map((name) => declared(index, name));
  rows.sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || a.name.localeCompare(b.name, 'en'));
  return {
    head: ['name', 'kind', 'what it is'],
    rows: rows.map(({ name, kind }) => [`\`${name}\``, kind]),
    words: new Map(rows.map(({ name, says }) => [`\`${name}\``, says])),
  };
}

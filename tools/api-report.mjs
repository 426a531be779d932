// The public surface of the library, flattened: every declaration that src/index.ts exports, and those that they are made of. A test compares it with
// docs/reference/library-api.txt; `node tools/api-report.mjs --write` writes that file. Of plans only the name is public: their shape is no promise.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { file } from './once.mjs';

const REPORT = 'docs/reference/library-api.txt';
/** Modules whose declarations are named and not shown. */
const OPAQUE = /^dist\/src\/(plan|operations|graph|runtime|audit|protocol|transport\/link)\b/;

/** Top-level declarations of a file by name, its imports and its re-exports. */
function moduleAt(path) {
  const text = readFileSync(path, 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\/\/.*$/gm, '');
  const names = new Map();
  const links = new Map();
  const statements = [];
  let [start, depth] = [0, 0];
  for (let i = 0; i < text.length; i++) {
    if ('{(['.includes(text[i])) depth++;
    else if ('})]'.includes(text[i])) depth--;
    const isEnd =
      depth === 0 &&
      (text[i] === ';' ||
        (text[i] === '}' &&
          /^\s*(export )?(declare )?(abstract )?(interface|class|function|enum)\b/.test(text.slice(start, i))));
    if (!isEnd) continue;
    statements.push(
      text
        .slice(start, i + 1)
        .trim()
        .replace(/\s*\n\s*\n/g, '\n'),
    );
    start = i + 1;
  }
  for (const statement of statements) {
    const link = /^(?:import|export)\s+(?:type\s+)?\{([\s\S]*)\}\s+from\s+'(\.[^']+)'/.exec(statement);
    if (link !== null) {
      for (const part of link[1]
        .split(',')
        .map((each) => each.trim().replace(/^type\s+/, ''))
        .filter(Boolean)) {
        const [original, local = original] = part.split(/\s+as\s+/);
        links.set(local, {
          original,
          from: join(dirname(path), link[2].replace(/\.js$/, '.d.ts')),
          isExport: statement.startsWith('export'),
        });
      }
      continue;
    }
    const name = /^(?:export )?(?:declare )?(?:abstract )?(?:interface|class|function|type|const|enum)\s+(\w+)/.exec(
      statement,
    )?.[1];
    if (name !== undefined) names.set(name, `${names.get(name) ?? ''}${statement}\n`);
  }
  return { names, links };
}

/** The report as a text. */
export function apiReport() {
  const root = file('dist/src/index.d.ts');
  const modules = new Map();
  const moduleOf = (path) => {
    if (!modules.has(path)) modules.set(path, moduleAt(path));
    return modules.get(path);
  };
  const shown = new Map();
  const show = (path, name) => {
    const place = relative(file('.'), path);
    const key = `${place} ${name}`;
    if (shown.has(key) || !existsSync(path)) return;
    const { names, links } = moduleOf(path);
    const link = links.get(name);
    if (!names.has(name)) {
      if (link !== undefined) show(link.from, link.original);
      return;
    }
    const text = names.get(name);
    const isOpaque = OPAQUE.test(place);
    shown.set(key, isOpaque ? `// ${name}: of ${place.replace('dist/', '').replace('.d.ts', '.ts')}\n` : text);
    if (isOpaque) return;
    for (const [word] of text.matchAll(/\b[A-Za-z]\w*\b/g))
      if (word !== name && (names.has(word) || links.has(word))) show(path, word);
  };
  const index = moduleOf(root);
  for (const [name, { isExport }] of index.links) if (isExport) show(root, name);
  for (const name of index.names.keys()) show(root, name);
  const exported = [...index.links]
    .flatMap(([name, { isExport }]) => (isExport ? [name] : []))
    .concat([...index.names.keys()]);
  return `exports: ${exported.sort().join(', ')}\n\n${[...shown]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, text]) => text.replace(/^export (declare )?/gm, ''))
    .join('\n')}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const report = apiReport();
  if (process.argv.includes('--write')) writeFileSync(file(REPORT), report);
  else console.log(report);
}

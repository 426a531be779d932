/**
 * Writes the tables of docs/reference from the program: keys from the schemas, options from the commands, codes from the errors.
 *
 *   node tools/reference.mjs [--check]
 *
 * A page has a pair of comments around each table, `generated` with the name of the table, and `end`. What a table knows of a row comes from the program; its
 * last column is written by hand, and is kept. With --check nothing is written, and the status is not 0 where a page would change or a row has no words.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { program } from '../dist/src/cli/program.js';
import { contributorSchema } from '../dist/src/job/contribution/contributor-config.js';
import { jobSchema } from '../dist/src/job/file/schema.js';
import { configSchema } from '../dist/src/job/node/node-config.js';
import { commandTables } from './reference/commands.mjs';
import { errorTable } from './reference/errors.mjs';
import { keysOf } from './reference/keys.mjs';
import { libraryTable } from './reference/library.mjs';

const folder = fileURLToPath(new URL('../docs/reference', import.meta.url));
const isCheck = process.argv.includes('--check');

/** The keys of a schema, a table for each section and one for what stands outside of sections. */
function sections(name, schema) {
  const tables = new Map();
  for (const row of keysOf(schema)) {
    const [section = '', ...rest] = row[0].slice(1, -1).split(/[.[]/);
    const table = `${name}${rest.length === 0 ? '' : ` ${section}`}`;
    if (!tables.has(table)) tables.set(table, { head: ['key', 'value', 'default', 'what it says'], rows: [] });
    tables.get(table).rows.push(row);
  }
  return tables;
}

/** Every table by its name: its head, and its rows without the last column, which is written by hand; `words` has it for some rows, `isWhole` says that all rows have it. */
const tables = new Map([
  ...sections('job', jobSchema),
  ...sections('node', configSchema),
  // Its data and privacy are those of a node.
  ...sections('contributor', contributorSchema.omit({ data: true, privacy: true })),
  ...commandTables(program),
  ['library', libraryTable(new URL('../src/index.ts', import.meta.url))],
  ['errors', errorTable(readFileSync(new URL('../src/errors.ts', import.meta.url), 'utf8'))],
]);

const cells = (line) =>
  line
    .replace(/^\||\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());
const line = (row) => `| ${row.join(' | ')} |`;

const problems = [];
const used = new Set();

function table(name, page, before) {
  const known = tables.get(name);
  if (known === undefined) {
    problems.push(`${page} has a table ‘${name}’ that the program does not know`);
    return before;
  }
  used.add(name);
  const { head, rows, isWhole = false, words: own } = known;
  const written = new Map(before.split('\n').map((row) => [cells(row)[0], cells(row).at(-1)]));
  const lines = rows.map((row) => {
    if (isWhole) return line(row);
    const kept = own?.get(row[0]) || written.get(row[0]) || '';
    if (kept === '') problems.push(`${page} says nothing of ${row[0]}`);
    return line([...row, kept]);
  });
  return [line(head), line(head.map(() => '---')), ...lines].join('\n');
}

for (const page of readdirSync(folder).filter((name) => name.endsWith('.md'))) {
  const path = `${folder}/${page}`;
  const before = readFileSync(path, 'utf8');
  const after = before.replaceAll(
    /(<!-- generated: (.*?) -->\n)([\s\S]*?)\n*(<!-- end -->)/g,
    (_, start, name, text, end) => `${start}\n${table(name, page, text)}\n\n${end}`,
  );
  if (after === before) continue;
  if (isCheck) problems.push(`${page} is not what the program says: run npm run docs`);
  else writeFileSync(path, after);
}
for (const name of tables.keys())
  if (!used.has(name)) problems.push(`no page of docs/reference has the table ‘${name}’`);
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;

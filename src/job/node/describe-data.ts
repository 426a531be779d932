/**
 * A draft of the `data` section of a job file, from one party's own table.
 * @module
 */
import { stringify } from 'yaml';
import { type Data, tableOf } from '../../data/source.ts';
import type { Guess } from '../../encoding/feature-kind.ts';
import { ColumnGuess, type GuessedColumn } from '../../encoding/guess.ts';
import { TrefoilError } from '../../errors.ts';

/** What is known of the table that is described. */
export interface DescribeOptions {
  /** The column of the label. */
  readonly label?: string;
}

const WARNING = [
  '# A draft, made of one table. Ranges, levels and dates below come from its records, and every party of the job',
  '# will read them: replace them by what is known in public before you send this to anybody.',
];

/**
 * The `data` section of a job file, and below it what the configuration of this party has to say, as YAML with remarks. It has values of the records
 * in it, for the owner's own screen. Throws `TREFOIL_DATA` for a table that can not be read.
 */
export async function describeData(data: Data, { label }: DescribeOptions = {}): Promise<string> {
  const table = tableOf(data, []);
  if (table === undefined) throw new TrefoilError('TREFOIL_USAGE', 'only a table of named columns can be described');
  const names = await table.header();
  const columns = names.map((name) => new ColumnGuess(name));
  let rows = 0;
  for await (const { cells } of table.rows(names.map((_, i) => i))) {
    rows += cells.length;
    for (const row of cells) {
      for (let i = 0; i < columns.length; i++) columns[i].add((row[i] ?? '').trim());
    }
  }
  if (label !== undefined && !names.includes(label)) {
    throw new TrefoilError('TREFOIL_USAGE', `there is no column '${label}' in ${table.name}`);
  }
  const all = columns.map((column) => column.column()).filter(({ name }) => name !== '');
  const features = all.filter(({ name }) => name !== label);
  const isUsed = ({ guess }: GuessedColumn) => guess !== undefined;
  return [
    ...WARNING,
    `# ${table.name}: ${rows} rows`,
    'data:',
    `  label: ${label === undefined ? 'LABEL # the column to predict: move it from the features to here' : key(label)}`,
    '  standardise: range',
    '  features:',
    ...features.map((column) => (isUsed(column) ? entry(column) : unused(column))),
    ...ownLines(features),
  ].join('\n');
}

/** A text as YAML has it as a key or a value. */
const key = (text: string): string => stringify(text).trim();

const flow = (value: unknown): string =>
  stringify(value, { collectionStyle: 'flow', lineWidth: 0, flowCollectionPadding: true }).trim();

function entry({ name, guess, missing }: GuessedColumn): string {
  const notes = [
    ...(missing === 0 ? [] : [`${missing} without a value: say what becomes of them`]),
    ...(guess?.note === undefined ? [] : [guess.note]),
  ];
  const written = { ...guess?.written, ...(missing === 0 ? {} : { missing: 'refuse' }) };
  return `    ${key(name)}: ${flow(written)}${notes.length === 0 ? '' : ` # ${notes.join('; ')}`}`;
}

const unused = ({ name }: GuessedColumn) =>
  `    # ${key(name)}: neither numbers, dates nor a few levels; perhaps it names persons, and no model needs it`;

/** What the configuration of this party has to say of these columns. */
function ownLines(columns: readonly GuessedColumn[]): string[] {
  const texts = [...new Set(columns.flatMap(({ missingTexts }) => missingTexts))];
  const forms = columns.flatMap(({ name, guess }): [string, Guess['own']][] =>
    guess?.own === undefined ? [] : [[name, guess.own]],
  );
  if (texts.length === 0 && forms.length === 0) return [];
  return [
    '',
    '# In the configuration of this party:',
    '# data:',
    ...(texts.length === 0 ? [] : [`#   missing: ${flow(texts)}`]),
    ...(forms.length === 0 ? [] : ['#   columns:']),
    ...forms.map(([name, own]) => `#     ${key(name)}: ${flow(own)}`),
  ];
}

/** Every block of YAML is a part of a job file or of a configuration, every block of TypeScript a part of an example, and no block is without a language. */
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { contributorSchema } from '../../src/job/contribution/contributor-config.ts';
import { jobSchema } from '../../src/job/file/schema.ts';
import { configSchema } from '../../src/job/node/node-config.ts';
import { type Block, blocksOf, DOCUMENTS, read } from './documents.ts';

/** Languages of blocks that are checked here or in `commands.test.ts`, and `text` for what a screen shows and for formulas. */
const LANGUAGES = ['yaml', 'sh', 'ts', 'text'];

/** What is no part of a job says in its first line what it is a part of. */
const SCHEMAS = [
  ['# node configuration', configSchema],
  ['# configuration of a contributor', contributorSchema],
] as const;

/** Problems of a fragment: what it leaves out is none. */
function wrongOfYaml({ code }: Block): string[] {
  const schema = SCHEMAS.find(([head]) => code.startsWith(head))?.[1] ?? jobSchema;
  const issues = schema.safeParse(parse(code)).error?.issues ?? [];
  return issues
    .filter(({ message }) => !message.startsWith('is missing'))
    .map(({ path, message }) => `${path.join('.')} ${message}`);
}

/** Lines without indentation, so that a part of a function counts as a part. */
const unindented = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n');
const examples = readdirSync('examples')
  .filter((name) => name.endsWith('.ts'))
  .map((name) => unindented(read(`examples/${name}`)));

describe.each(DOCUMENTS)('%s', (path) => {
  const blocks = blocksOf(path);
  const where = ({ line }: Block) => `${path}:${line}`;

  test('says what each block is', () => {
    expect(blocks.filter(({ info }) => !LANGUAGES.includes(info)).map(where)).toEqual([]);
  });

  test('has YAML that the schemas take', () => {
    const yaml = blocks.filter(({ info }) => info === 'yaml');
    expect(yaml.flatMap((block) => wrongOfYaml(block).map((problem) => `${where(block)}: ${problem}`))).toEqual([]);
  });

  test('has TypeScript that an example runs', () => {
    const ts = blocks.filter(({ info }) => info === 'ts');
    const strange = ts.filter(({ code }) => !examples.some((example) => example.includes(unindented(code))));
    expect(strange.map(where)).toEqual([]);
  });
});

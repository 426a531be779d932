/** Every command in a document is one that the program, npm or Node knows, with flags that it takes and files that exist. */
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { program } from '../../src/cli/program.ts';
import { blocksOf, DOCUMENTS, read } from './documents.ts';

const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

/** The words of a command line, without its comment. */
const wordsOf = (line: string): string[] =>
  line
    .replace(/(^|\s)#.*$/, '')
    .trim()
    .split(/\s+/)
    .filter(Boolean);

const OURS = /^(?:examples|parties|tools|benchmarks|test|docs)\//;
const missing = (words: readonly string[]): string[] =>
  words.filter((word) => OURS.test(word) && !/[A-Z]{3,}/.test(word) && !existsSync(word));

/** What is wrong with the arguments of `trefoil`; `isWhole`: nothing that is needed may be left out. */
function wrongOfTrefoil(words: readonly string[], isWhole: boolean): string[] {
  const [name = '', ...others] = words;
  if (name.startsWith('-')) return ['--version', '--help'].includes(name) ? [] : [`no option ${name}`];
  const group = program.commands.find((each) => each.name() === name);
  const within = group?.commands.find((each) => each.name() === others[0]);
  const command: Command | undefined = within ?? (group?.commands.length === 0 ? group : undefined);
  if (command === undefined) return [`no command ‘${words.slice(0, 2).join(' ')}’`];
  const rest = within === undefined ? others : others.slice(1);
  // A placeholder stands where a choice or a number would.
  const filled = rest.map((word, i) => (/^[A-Z]+…?$/.test(word) ? placeholder(command, rest[i - 1]) : word));
  const { operands, unknown } = parsed(command, filled);
  const needed = command.registeredArguments.filter(({ required }) => required);
  const absent = command.options.filter(({ mandatory, long }) => mandatory && !rest.includes(long ?? ''));
  return [
    ...unknown.map((word) => `${name} has no option ${word}`),
    ...(operands.length > command.registeredArguments.length ? [`${name} takes fewer arguments`] : []),
    ...(isWhole && operands.length < needed.length ? [`${name} needs ${needed.length} arguments`] : []),
    ...(isWhole ? absent.map(({ flags }) => `${name} needs ${flags}`) : []),
    ...missing(rest),
  ];
}

/** The words as the command takes them. It has its own values again afterwards, since other tests run it in this process. */
function parsed(command: Command, words: readonly string[]) {
  const before = command.options.map((option) => {
    const key = option.attributeName();
    return [key, command.getOptionValue(key), command.getOptionValueSource(key)] as const;
  });
  const result = command.parseOptions([...words]);
  for (const [key, value, source] of before) command.setOptionValueWithSource(key, value, source);
  return result;
}

function placeholder(command: Command, flag: string | undefined): string {
  const option = command.options.find(({ long }) => long === flag);
  return option?.argChoices?.[0] ?? '1';
}

function wrongOfLine(words: readonly string[], isWhole: boolean): string[] {
  const [program = '', second = '', ...rest] = words;
  switch (program) {
    case 'trefoil':
      return wrongOfTrefoil(words.slice(1), isWhole);
    case 'npx':
      if (second === 'trefoil-mpc') return wrongOfTrefoil(rest, isWhole);
      return ['vitest', 'biome', 'tsc'].includes(second) ? missing(rest) : [`npx ${second} is not ours`];
    case 'npm':
      if (second === 'run') return scripts[rest[0] ?? ''] === undefined ? [`no script ‘${rest[0]}’`] : missing(rest);
      return ['test', 'ci', 'install', 'pack', 'init'].includes(second) ? [] : [`npm ${second} is not known here`];
    case 'node':
      return missing([second, ...rest]);
    case 'git':
    case 'cd':
    case 'mkdir':
    case 'chmod':
    case 'gunzip':
      return [];
    default:
      return [`${program} is not known here`];
  }
}

describe.each(DOCUMENTS)('%s', (path) => {
  test('has command lines that can be typed', () => {
    const wrong = blocksOf(path)
      .filter(({ info }) => info === 'sh')
      .flatMap(({ code }) => code.replaceAll('\\\n', ' ').split('\n'))
      .map(wordsOf)
      .filter((words) => words.length > 0)
      .flatMap((words) => wrongOfLine(words, true).map((problem) => `${words.join(' ')}: ${problem}`));
    expect(wrong).toEqual([]);
  });

  test('names commands that exist in its sentences', () => {
    const named = [...read(path).matchAll(/`((?:trefoil|npx trefoil-mpc|npm run) [^`]+)`/g)].map(([, code = '']) =>
      wordsOf(code.replaceAll('\n', ' ')),
    );
    expect(
      named.flatMap((words) => wrongOfLine(words, false).map((problem) => `${words.join(' ')}: ${problem}`)),
    ).toEqual([]);
  });
});

/** The table of layers in the design says what the linter holds each folder to, and the table of dependencies has every package. */
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { read } from './documents.ts';

const DESIGN = 'docs/explanation/design.md';

/** Rows of the table below a heading, cell by cell. */
function tableBelow(heading: string): string[][] {
  const [, below = ''] = read(DESIGN).split(`\n## ${heading}\n`);
  const [section = ''] = below.split('\n## ');
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) =>
    row
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}

/** Folders of `src`; a pattern can also open a folder within the folder itself. */
const FOLDERS = readdirSync('src', { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

const names = (cell = ''): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);

interface Override {
  readonly includes: readonly string[];
  readonly linter: { readonly rules: { readonly style?: Rules } };
}
interface Rules {
  readonly noRestrictedImports?: {
    readonly options: { readonly patterns: readonly { readonly group: readonly string[] }[] };
  };
}

/** For each folder of `src`, the folders that the linter lets it import, in whole or in part; nothing where it forbids no folder. */
function allowed(): Map<string, readonly string[]> {
  const { overrides } = JSON.parse(read('biome.json')) as { overrides: Override[] };
  const rules = new Map<string, readonly string[]>();
  for (const { includes, linter } of overrides) {
    const groups = linter.rules.style?.noRestrictedImports?.options.patterns.flatMap(({ group }) => group) ?? [];
    const denied = groups.flatMap((pattern) => pattern.match(/^\*\*\/(\w+)\/\*\*$/)?.[1] ?? []);
    const opened = groups.flatMap((pattern) => pattern.match(/^!\*\*\/(\w+)\//)?.[1] ?? []);
    if (denied.length === 0) continue;
    for (const [, folder = ''] of includes.join(' ').matchAll(/src\/(\w+)\/\*/g)) {
      const open = FOLDERS.filter((each) => each !== folder && (!denied.includes(each) || opened.includes(each)));
      rules.set(folder, open.sort());
    }
  }
  return rules;
}

test('the table of layers is that of the linter, with every folder', () => {
  const rows = tableBelow('Layers of the code').map(
    ([folder, , imports]) => [names(folder)[0] ?? '', imports ?? ''] as const,
  );
  expect(rows.map(([folder]) => folder).sort()).toEqual([...FOLDERS].sort());

  const rules = allowed();
  const said = rows.map(([folder, imports]) => [
    folder,
    imports.startsWith('everything') ? undefined : names(imports).sort(),
  ]);
  expect(said).toEqual(rows.map(([folder]) => [folder, rules.get(folder)]));
});

test('the table of dependencies has every package, with its reason', () => {
  const written = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;
  const { dependencies, optionalDependencies, devDependencies } = written;
  const rows = tableBelow('Dependencies');
  expect(rows.flatMap(([packages]) => names(packages)).sort()).toEqual(
    Object.keys({ ...dependencies, ...optionalDependencies, ...devDependencies }).sort(),
  );
  for (const [, why] of rows) expect(why).not.toBe('');
});

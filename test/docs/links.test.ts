/** Every link within the repository leads somewhere, no path leads out of it, and every page of docs/ is reached from the README. */
import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { anchor, anchorsOf, DOCUMENTS, prose, read } from './documents.ts';

/** The links of a document: `[text](target)`, and the sources of images. */
const linksOf = (path: string): string[] =>
  [...prose(read(path)).matchAll(/\]\(<?([^)\s>]+)>?[^)]*\)|\b(?:src|href|srcset)="([^"]+)"/g)].map(
    ([, link, source]) => link ?? source ?? '',
  );

const isOutside = (link: string) => /^(https?|mailto):/.test(link);

/** What is wrong with a link of the document at `path`; nothing where it leads somewhere. */
function problem(path: string, link: string): string | undefined {
  if (isOutside(link)) return undefined;
  const [file = '', fragment] = link.split('#');
  const target = file === '' ? path : normalize(join(dirname(path), file));
  if (target.startsWith('..') || file.startsWith('/')) return 'leads out of the repository';
  if (!existsSync(target)) return 'leads nowhere';
  if (fragment === undefined) return undefined;
  if (!target.endsWith('.md')) return 'has an anchor in a file that has none';
  return anchorsOf(target).has(fragment) ? undefined : 'has no such heading';
}

test('anchors are named as the host names them', () => {
  expect(anchor('What Trefoil’s `nodes` see: (1) all, or not?')).toBe('what-trefoils-nodes-see-1-all-or-not');
});

describe.each(DOCUMENTS)('%s', (path) => {
  test('has links that lead somewhere', () => {
    const broken = linksOf(path).flatMap((link) => {
      const found = problem(path, link);
      return found === undefined ? [] : [`${link} ${found}`];
    });
    expect(broken).toEqual([]);
  });

  test('names files of the repository that exist', () => {
    const missing = [
      ...read(path).matchAll(/`((?:src|test|docs|tools|benchmarks|parties|examples|proto)\/[\w./-]+\.\w+)`/g),
    ]
      .map(([, file = '']) => file)
      .filter((file) => !/\bNAME\b/.test(file) && !existsSync(file));
    expect(path === 'CHANGELOG.md' ? [] : missing).toEqual([]);
  });

  test('points at nothing outside of the repository', () => {
    expect(
      [...read(path).matchAll(/(?:\.\.\/)?shared\/[A-Z]\w+\.md|\/(?:work|home|tmp)\/\S+/g)].map(([found]) => found),
    ).toEqual([]);
  });
});

test('comments of the code name documents that exist', () => {
  const files = execFileSync(
    'git',
    ['ls-files', 'src', 'test', 'tools', 'benchmarks', 'parties', 'examples', 'proto'],
    {
      encoding: 'utf8',
    },
  )
    .split('\n')
    .filter((file) => /\.(ts|mjs|yaml|proto)$/.test(file) && existsSync(file));
  const missing = files.flatMap((file) =>
    [...read(file).matchAll(/\b(?:docs\/[\w./-]+\.(?:md|svg|json)|[A-Z]{4,}\.md)\b/g)]
      .map(([document]) => document)
      .filter((document) => !existsSync(document))
      .map((document) => `${file}: ${document}`),
  );
  expect(missing).toEqual([]);
});

test('every page of docs/ is reached from the README', () => {
  const reached = new Set(['README.md']);
  for (const path of reached) {
    for (const link of linksOf(path)) {
      if (isOutside(link)) continue;
      const target = normalize(join(dirname(path), link.split('#')[0] ?? ''));
      const page = existsSync(target) && statSync(target).isDirectory() ? join(target, 'README.md') : target;
      if (page.endsWith('.md') && existsSync(page)) reached.add(page);
    }
  }
  expect(DOCUMENTS.filter((path) => path.startsWith('docs/') && !reached.has(path))).toEqual([]);
});

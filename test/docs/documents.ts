/** The documents of the repository, as the tests of this folder read them. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** Every Markdown file that git knows, new ones included, by its path from the root of the repository. */
export const DOCUMENTS: readonly string[] = execFileSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'],
  { encoding: 'utf8' },
)
  .split('\n')
  .filter((path) => path !== '' && existsSync(path));

export const read = (path: string): string => readFileSync(path, 'utf8');

/** The text without blocks of code and without code in a line, which have no links and no headings. */
export const prose = (text: string): string =>
  text
    .replaceAll(/^ *```[\s\S]*?^ *```/gm, '')
    .replaceAll(/(?<!`)`[^`\n]+`(?!`)/g, (code) => code.replaceAll(/[[\]()<>#]/g, ' '));

/** A block of code, with the word behind its fence and the line that it begins at. */
export interface Block {
  readonly path: string;
  readonly line: number;
  /** `yaml`, `sh`, `ts` …, and what stands behind it: `yaml fragment`. */
  readonly info: string;
  readonly code: string;
}

export function blocksOf(path: string): Block[] {
  const text = read(path);
  return [...text.matchAll(/^ *```([^\n`]*)\n([\s\S]*?)^ *```/gm)].map(({ index, 1: info = '', 2: code = '' }) => ({
    path,
    line: text.slice(0, index).split('\n').length,
    info: info.trim(),
    code,
  }));
}

/** How the host of the repository names the anchor of a heading. */
export const anchor = (heading: string): string =>
  heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
    .replaceAll(' ', '-');

/** The anchors of a document, with `-1` behind the second of a name. */
export function anchorsOf(path: string): Set<string> {
  const anchors = new Set<string>();
  const text = read(path).replaceAll(/^ *```[\s\S]*?^ *```/gm, '');
  for (const [, heading = ''] of text.matchAll(/^#{1,6} (.*)$/gm)) {
    const name = anchor(heading);
    let unused = name;
    for (let count = 1; anchors.has(unused); count++) unused = `${name}-${count}`;
    anchors.add(unused);
  }
  return anchors;
}

/** Words as `wc -w` counts them. */
export const words = (path: string): number => read(path).split(/\s+/).filter(Boolean).length;

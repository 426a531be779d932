/** One thing lives in a file, so files are short. */
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { read } from './documents.ts';

const LINES = new Map(
  readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => [path, read(`src/${path}`).trimEnd().split('\n').length]),
);

test('no file of src exceeds 300 lines', () => {
  expect([...LINES].filter(([, lines]) => lines > 300)).toEqual([]);
});

test('half of the files of src have fewer than 80 lines', () => {
  const sorted = [...LINES.values()].toSorted((a, b) => a - b);
  expect(sorted.length).toBeGreaterThan(100);
  expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(80);
});

/** Shared code never asks for an operation by name: each declares its answers in its own file, and the table of them is complete by its type. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const SOURCE = path.join(import.meta.dirname, '../../src');
const OWN = path.join(SOURCE, 'operations');

/** Names of all operations, as their own files say them. */
const NAMES = readdirSync(OWN)
  .filter((file) => file.endsWith('.ts'))
  .flatMap((file) => {
    const text = readFileSync(path.join(OWN, file), 'utf8');
    return [...text.matchAll(/readonly op: '(\w+)'|LinearMapOp<'(\w+)'>/g)].map((found) => found[1] ?? found[2]);
  });

/** Code without comments, outside the folder of operations and those that have nodes of a graph. */
const FILES = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !/^(operations|graph|plan.lowering)\b/.test(file))
  .map((file) => ({
    file,
    code: readFileSync(path.join(SOURCE, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, ''),
  }));

it('finds the operations', () => {
  expect(NAMES).toHaveLength(new Set(NAMES).size);
  expect(NAMES).toEqual(expect.arrayContaining(['product', 'open', 'broadcast', 'reveal', 'alarm']));
  expect(NAMES.length).toBeGreaterThanOrEqual(25);
});

it('compares no operation’s name, and switches on none', () => {
  const tested = FILES.filter(({ code }) =>
    /\bop\.op\s*[!=]==|[!=]==\s*op\.op\b|switch \((?:op|\w+\??\.op)\??\.op\)/.test(code),
  );
  expect(tested.map(({ file }) => file)).toEqual([]);
});

it('keeps no list of names of operations', () => {
  const listed = FILES.filter(({ code }) =>
    [...code.matchAll(/new Set(?:<[^>]*>)?\(\[([^\]]*)\]/g)].some(([, items]) =>
      NAMES.some((name) => items.includes(`'${name}'`)),
    ),
  );
  expect(listed.map(({ file }) => file)).toEqual([]);
});

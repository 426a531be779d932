/** The tables of docs/reference are what the program says, and say something of every row. */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

test('the reference pages are what npm run docs writes', () => {
  const { status, stderr } = spawnSync(process.execPath, ['tools/reference.mjs', '--check'], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
});

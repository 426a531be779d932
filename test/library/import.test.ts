/** Whoever imports the library gets functions, and nothing else happens. */
import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

const PROGRAM = `
const before = process.eventNames().map(String).sort().join();
const library = await import('trefoil-mpc');
const after = process.eventNames().map(String).sort().join();
const { writeFileSync } = await import('node:fs');
await new Promise((resolve) => setImmediate(resolve));
writeFileSync(3, JSON.stringify({ before, after, exports: Object.keys(library), resources: process.getActiveResourcesInfo() }));
`;

it('importing it prints nothing, starts nothing, leaves no handle open and changes no exit code', () => {
  const ended = spawnSync(process.execPath, ['--input-type=module', '--eval', PROGRAM], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    encoding: 'utf8',
    timeout: 60_000,
  });
  expect(ended.stdout).toBe('');
  expect(ended.stderr).toBe('');
  expect(ended.status).toBe(0);
  const found = JSON.parse(ended.output[3] ?? '') as Record<string, unknown>;
  expect(found.after).toBe(found.before);
  expect(found.exports).toContain('trainLocally');
  const open = (found.resources as string[]).filter((name) => !/Immediate|FSReqCallback|Pipe|FileHandle/.test(name));
  expect(open).toEqual([]);
});

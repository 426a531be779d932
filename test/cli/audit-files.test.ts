/** What an audit found is not lost where a file can not be written. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { AuditFiles } from '../../src/cli/screens/audit-files.ts';

afterEach(() => vi.restoreAllMocks());

it('a report that no file takes is printed, the other files are written, and the command fails with both said', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'trefoil-audit-files-'));
  const [blocked, list] = [join(folder, 'file', 'audit.json'), join(folder, 'most-exposed-north.json')];
  writeFileSync(join(folder, 'file'), '');
  const said: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((text: string) => void said.push(text));
  const warned = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const printed: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text: unknown, done?: unknown) => {
    printed.push(String(text));
    if (done instanceof Function) done();
    return true;
  });

  const files = new AuditFiles();
  await files.writeJson('report', blocked, { advantage: 0.25 });
  await files.writeJson('list', list, { rows: [3, 1] });

  expect(JSON.parse(printed.join(''))).toEqual({ advantage: 0.25 });
  expect(warned).toHaveBeenCalledWith('the report could not be written; it follows here, so that it is not lost');
  expect(JSON.parse(readFileSync(list, 'utf8'))).toEqual({ rows: [3, 1] });
  expect(said.join()).toContain('most-exposed-north.json');
  expect(() => files.throw()).toThrow(/printed above:[\s\S]*audit\.json/);
});

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

test('the pictures of the documents are what npm run pictures draws from the plan and the recording', () => {
  const drawn = mkdtempSync(join(tmpdir(), 'trefoil-pictures-'));
  onTestFinished(() => rmSync(drawn, { recursive: true }));
  execFileSync(process.execPath, ['tools/pictures.mjs', drawn]);

  for (const name of ['run.svg', 'demo.svg']) {
    const svg = readFileSync(join(drawn, name), 'utf8');
    expect(svg, name).toBe(readFileSync(join('docs/images', name), 'utf8'));
    // Nothing in a picture is fetched.
    expect(svg.match(/https?:[^"]*/g), name).toEqual(['http://www.w3.org/2000/svg']);
  }
});

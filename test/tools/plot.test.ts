import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

const COMMITTED = 'docs/plots';

test('the plots of the documentation are what npm run plot draws from the numbers beside them', () => {
  const drawn = mkdtempSync(join(tmpdir(), 'trefoil-plots-'));
  onTestFinished(() => rmSync(drawn, { recursive: true }));
  execFileSync(process.execPath, ['tools/plot.mjs', drawn]);

  const names = readdirSync(drawn).sort();
  expect(names).toEqual(
    readdirSync(COMMITTED)
      .filter((name) => name.endsWith('.svg'))
      .sort(),
  );
  expect(names).toHaveLength(3);
  for (const name of names) {
    expect(readFileSync(join(drawn, name), 'utf8'), name).toBe(readFileSync(join(COMMITTED, name), 'utf8'));
  }
});

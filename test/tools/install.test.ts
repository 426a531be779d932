import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

const isWindows = process.platform === 'win32';

it('starts in a clone by the name of the package, which outside a clone is the one that is ours', () => {
  const cache = mkdtempSync(join(tmpdir(), 'trefoil-npx-'));
  onTestFinished(() => rmSync(cache, { recursive: true, force: true }));
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  const env = { ...process.env, npm_config_cache: cache, npm_config_offline: 'true' };
  const printed = execFileSync('npx', ['trefoil-mpc', '--version'], { env, encoding: 'utf8', shell: isWindows });
  expect(printed.trim()).toBe(version);
});

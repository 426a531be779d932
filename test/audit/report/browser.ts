/** Debian's Chromium, which the set-up of a test installs where it may; otherwise there is a reason why not. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PROGRAM = '/usr/bin/chromium';
const INSTALL = ['-y', '--no-install-recommends', 'install', 'chromium'];
/** No sandbox within a container's, and no call home. */
const SWITCHES = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'];
const FURTHER = ['--disable-component-update', '--disable-sync', '--no-first-run'];

/** Why there is no browser, or nothing. */
export function missingBrowser(): string | undefined {
  if (existsSync(PROGRAM)) return undefined;
  try {
    execFileSync('apt-get', INSTALL, { stdio: 'pipe' });
  } catch (error) {
    return `no ${PROGRAM}, and apt-get does not install it here: ${(error as Error).message.split('\n')[0]}`;
  }
  return existsSync(PROGRAM) ? undefined : `apt-get install chromium brought no ${PROGRAM}`;
}

export const startBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: PROGRAM, args: [...SWITCHES, ...FURTHER] });

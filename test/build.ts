/** Builds the program before the tests that start it as a process, where the built one is out of date. */
import { execFileSync } from 'node:child_process';

export function setup(): void {
  execFileSync(process.execPath, ['tools/prepare.mjs'], { stdio: 'inherit' });
}

/** Builds the program before the tests that start it as a process, unless it is newer than everything it is made of. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const SOURCES = ['src', 'parties', 'benchmarks', 'proto', 'tools'];
const RESULT = 'dist/src/cli/main.js';

export function setup(): void {
  const files = SOURCES.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
  );
  const newest = Math.max(...files.map((file) => statSync(file).mtimeMs));
  if (existsSync(RESULT) && statSync(RESULT).mtimeMs > newest) return;
  execFileSync(process.execPath, ['tools/build.mjs'], { stdio: 'inherit' });
}

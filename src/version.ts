/**
 * The program's version.
 * @module
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

export function programVersion(): string {
  const file = createRequire(import.meta.url).resolve('trefoil-mpc/package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

/**
 * The program's version, and that of its wire protocol and plans.
 * @module
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** Nodes of different protocol versions refuse each other. */
export const PROTOCOL_VERSION = '1';

export function programVersion(): string {
  const file = createRequire(import.meta.url).resolve('trefoil-mpc/package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

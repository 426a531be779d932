/**
 * Writes what an audit found, and prints what no file took.
 * @module
 */
import { relative } from 'node:path';
import { TrefoilError } from '../../errors.ts';
import type { Unsaved } from '../../job/node/keep-run.ts';
import { jsonFile, writeKeeping } from '../../job/node/output-file.ts';
import { printUnsaved } from './kept-screen.ts';

/** Writes what it can, so that one file that fails takes no other with it. */
export class AuditFiles {
  readonly #problems: string[] = [];

  /** Whether the file is written. */
  write(what: string, path: string, text: Iterable<string>): boolean {
    try {
      const earlier = writeKeeping(what, path, text);
      const was = earlier === undefined ? '' : ` (the earlier one is now ${relative('', earlier)})`;
      console.log(`written: ${relative('', path)}${was}`);
      return true;
    } catch (error) {
      if (!(error instanceof TrefoilError)) throw error;
      this.#problems.push(error.message);
      return false;
    }
  }

  /** What no file takes is printed. A page is made of the report, and can not be lost alone. */
  async writeJson(what: Unsaved['what'], path: string, content: object): Promise<void> {
    if (!this.write(what, path, jsonFile(content))) await printUnsaved({ what, content });
  }

  throw(): void {
    if (this.#problems.length === 0) return;
    throw new TrefoilError(
      'TREFOIL_OUTPUT',
      'not all that the audit found could be written; what no file took is printed above:',
      {
        problems: this.#problems,
      },
    );
  }
}

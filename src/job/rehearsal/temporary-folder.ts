/**
 * Folders that last as long as a command.
 * @module
 */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unwritable } from '../../file-problem.ts';

export const TEMPORARY_REMEDY = 'name another folder for temporary files in the environment, as TMPDIR';

/** Makes a folder whose name begins so. Throws `TREFOIL_OUTPUT`. */
export async function temporaryFolder(prefix: string): Promise<string> {
  try {
    return await mkdtemp(join(tmpdir(), prefix));
  } catch (error) {
    throw unwritable('TREFOIL_OUTPUT', 'temporary folder in', tmpdir(), error, TEMPORARY_REMEDY);
  }
}

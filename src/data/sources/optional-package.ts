/**
 * Packages that only some kinds of data need. They are loaded when rows are asked for.
 * @module
 */
import { TrefoilError } from '../../errors.ts';

/** The package, which `what` needs. Throws `TREFOIL_DATA` with what to install where it is not there. */
export async function optionalPackage(name: string, what: string): Promise<unknown> {
  try {
    return await import(name);
  } catch (error) {
    throw new TrefoilError(
      'TREFOIL_DATA',
      `${what} is read with the package ${name}, which is not installed or has no build for this machine: npm install ${name}, or export the rows as CSV UTF-8, which needs no package`,
      { cause: error },
    );
  }
}

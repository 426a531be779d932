/**
 * Why a plan is refused, in words: what can not be computed rightly in fixed point. Which keys of a job help, `src/job/planning-advice.ts` finds by trying.
 * @module
 */
import { TrefoilError } from '../errors.ts';

/** What the graph calls a value that has no name in the job's terms. */
const UNNAMED = /^(?!weights |bias |layer |parameter )[a-zA-Z]+ \d+$/;

const inWords = (name: string | undefined) =>
  name === undefined || UNNAMED.test(name) ? 'an intermediate value' : name;

/** The refusal of a plan; `says` completes a sentence that begins with the value's name. */
export function refusal(name: string | undefined, says: string): TrefoilError {
  return new TrefoilError('TREFOIL_PLAN', `${inWords(name)} ${says}`);
}

/**
 * Why a plan is refused, in words: what can not be computed rightly in fixed point. Which keys of a job help, `src/job/file/planning-advice.ts` finds by trying.
 * @module
 */
import { TrefoilError } from '../errors.ts';

/** What the graph calls a value that has no name in the job's terms. */
const UNNAMED = /^(?!weights |bias |layer |parameter )[a-zA-Z]+ \d+$|\ba value$|^inverse root/;

/** Parameters with their number, as the graph names them, and what they are of. */
const OF_LAYER = /\b(weights|bias) (\d+)/g;

const inWords = (name: string | undefined) =>
  name === undefined || UNNAMED.test(name)
    ? 'an intermediate value of a step'
    : name.replace(OF_LAYER, (_, kind, layer) => `the ${kind === 'bias' ? 'biases' : kind} of layer ${layer}`);

/** The refusal of a plan; `says` completes a sentence that begins with the value's name. */
export function refusal(name: string | undefined, says: string): TrefoilError {
  return new TrefoilError('TREFOIL_PLAN', `${inWords(name)} ${says}`);
}

/**
 * Why a run of several nodes failed, from what each of them says.
 * @module
 */
import { TrefoilError } from '../../errors.ts';

/** The failures that report nobody else's fault, otherwise all of them, as one. */
export function rootCause(failures: readonly TrefoilError[]): TrefoilError {
  const own = failures.filter(({ code }) => code !== 'TREFOIL_ABORTED' && code !== 'TREFOIL_PEER');
  const roots = own.length > 0 ? own : failures;
  const problems = [...new Set(roots.map(({ message }) => message))];
  const [{ code, place }] = roots;
  if (problems.length === 1) return roots[0];
  return new TrefoilError(code, own.length > 0 ? 'several nodes have problems:' : 'the nodes report:', {
    problems,
    place,
  });
}

/**
 * Keys by which a party says how it has a feature, and which kinds of features they fit.
 * @module
 */
import type { KeyProblem, OwnForm } from './feature-kind.ts';

/** The first key that is there and that a kind has no use for. */
export function unusedKey(own: OwnForm, used: readonly (keyof OwnForm)[], what: string): KeyProblem | undefined {
  const keys = ['codes', 'unit', 'format'] as const;
  const key = keys.find((key) => own[key] !== undefined && !used.includes(key));
  return key === undefined ? undefined : { key, says: `must be left out, since the job declares ${what}` };
}

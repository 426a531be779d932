/**
 * Who does what in a run, by its trust mode.
 * @module
 */
import { type Assignment, TRUST_MODES, type TrustMode } from './modes.ts';

/** The separate dealer is called `dealer`. */
export interface Roles extends Assignment {
  readonly trust: TrustMode;
  readonly parties: readonly string[];
}

export const rolesOf = (trust: TrustMode, parties: readonly string[]): Roles => ({
  trust,
  parties,
  ...TRUST_MODES[trust].assign(parties),
});

/**
 * Who enters the numbers of an owner: the owner itself where it is a node. Of an owner that runs no node every evaluator has a share, and enters that.
 */
export const enteredBy = ({ nodes, evaluators }: Assignment, owner: string): readonly string[] =>
  nodes.includes(owner) ? [owner] : evaluators;

/** Whom the trust mode protects against: any one node, and any two evaluators where two parties may collude. */
export function adversaries({ trust, evaluators, nodes }: Roles): readonly (readonly string[])[] {
  const pairs = evaluators.flatMap((first, i) => evaluators.slice(i + 1).map((second) => [first, second]));
  return [...nodes.map((name) => [name]), ...pairs.filter(({ length }) => length <= TRUST_MODES[trust].colluding)];
}

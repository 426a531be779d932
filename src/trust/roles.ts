/**
 * Who does what in a run, by its trust mode.
 * @module
 */

export type TrustMode = 'honest-majority' | 'dealer';

/** Who does what. Names are those of the job; the separate dealer is called `dealer`. */
export interface Roles {
  readonly trust: TrustMode;
  readonly parties: readonly string[];
  readonly dealer: string;
  readonly evaluators: readonly string[];
  /** All nodes, the dealer first. */
  readonly nodes: readonly string[];
}

export function rolesOf(trust: TrustMode, parties: readonly string[]): Roles {
  return trust === 'dealer'
    ? { trust, parties, dealer: 'dealer', evaluators: parties, nodes: ['dealer', ...parties] }
    : { trust, parties, dealer: parties[0], evaluators: parties.slice(1), nodes: parties };
}

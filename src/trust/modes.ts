/**
 * The trust modes: one record for each. Everything else reads the record and never asks which mode it is.
 * @module
 */

/** The node name that no party can have: the dealer that is no party. */
export const DEALER = 'dealer';

/** Who does what. Names are those of the job. */
export interface Assignment {
  readonly dealer: string;
  readonly evaluators: readonly string[];
  /** All nodes, the dealer first. */
  readonly nodes: readonly string[];
}

export interface TrustRecord {
  /** Who deals, who evaluates and which nodes there are, of these parties. */
  readonly assign: (parties: readonly string[]) => Assignment;
  /** How many parties may collude. One node that is no party may not collude with any. */
  readonly colluding: number;
  /** What it promises, on a screen. */
  readonly words: string;
  /** What a dealer is called beside its name: nothing where its name says that it deals. */
  readonly dealerIsCalled: string;
}

export const TRUST_MODES = {
  'honest-majority': {
    assign: (parties) => ({ dealer: parties[0], evaluators: parties.slice(1), nodes: parties }),
    colluding: 1,
    words: 'no single party can learn anything more; two that collude can',
    dealerIsCalled: ', who deals',
  },
  dealer: {
    assign: (parties) => ({ dealer: DEALER, evaluators: parties, nodes: [DEALER, ...parties] }),
    colluding: 2,
    words: 'no two parties can learn anything more, nor the dealer alone; a dealer that colludes with a party can',
    dealerIsCalled: '',
  },
} as const satisfies Readonly<Record<string, TrustRecord>>;

export type TrustMode = keyof typeof TRUST_MODES;

/** The modes by name, the one without a service beside the parties first. */
export const TRUST_NAMES = ['honest-majority', 'dealer'] as const satisfies readonly TrustMode[];

/**
 * What an operation consumes: correlated randomness, and openings. Declared here, so that a plan knows bytes and rounds before
 * anything runs.
 * @module
 */

export type Sharing = 'add' | 'add32' | 'add16' | 'xor';

/** A tensor of correlated randomness, in 64-bit words. */
export interface Material {
  readonly words: number;
  /** Whether its shares add up, modulo 2^64 or in lanes modulo 2^32 or 2^16, or are combined by xor. */
  readonly sharing: Sharing;
  /**
   * `seeds`: uniform, every evaluator expands its share, the dealer the sum; free.
   * `correction`: the dealer's choice; all but the last evaluator expand, the last is sent the difference.
   * `owner`: uniform and known to one evaluator and the dealer alone; the other shares are zero; free.
   */
  readonly source: 'seeds' | 'correction' | 'owner';
}

/** What every evaluator sends to every other in one round, for one operation. */
export type Opening =
  | { readonly kind: 'ring'; readonly count: number }
  | { readonly kind: 'bits'; readonly count: number; readonly planes: number }
  | { readonly kind: 'fields'; readonly count: number; readonly width: number };

export function openingBytes(opening: Opening): number {
  switch (opening.kind) {
    case 'ring':
      return 8 * opening.count;
    case 'bits':
      return opening.planes * Math.ceil(opening.count / 8);
    case 'fields':
      return Math.ceil((opening.count * opening.width) / 8);
  }
}

export const uniform = (words: number): Material => ({ words, sharing: 'add', source: 'seeds' });
/** The narrowest lanes that hold `bits` bits. */
export type LaneBits = 16 | 32 | 64;
export const laneBitsFor = (bits: number): LaneBits => (bits <= 16 ? 16 : bits <= 32 ? 32 : 64);

function inLanes(count: number, lane: LaneBits, source: Material['source']): Material {
  const sharing = lane === 64 ? 'add' : lane === 32 ? 'add32' : 'add16';
  return { words: Math.ceil((count * lane) / 64), sharing, source };
}
export const uniformLanes = (count: number, lane: LaneBits) => inLanes(count, lane, 'seeds');
export const dealtLanes = (count: number, lane: LaneBits) => inLanes(count, lane, 'correction');

export const uniformBits = (words: number): Material => ({ words, sharing: 'xor', source: 'seeds' });
export const dealt = (words: number): Material => ({ words, sharing: 'add', source: 'correction' });
export const dealtBits = (words: number): Material => ({ words, sharing: 'xor', source: 'correction' });
export const ownersMask = (words: number): Material => ({ words, sharing: 'add', source: 'owner' });

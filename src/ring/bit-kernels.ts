/**
 * The kernels on bit planes, truncation and Fourier series, as TypeScript sees them; addresses and counts as in `kernels.ts`.
 *
 * A plane holds one bit of each of n elements in `words` 64-bit words (`planeWords(n)`, always even).
 * `first` is true for the evaluator that adds the public terms.
 * @module
 */

/** Words of one plane of n elements: a multiple of two, so that 128-bit lanes never straddle planes. */
export function planeWords(n: number): number {
  return 2 * Math.ceil(n / 128);
}

export interface BitKernels {
  bitslice(out: number, a: number, n: number, words: number, scratch: number): void;
  expandBits(out: number, bits: number, n: number): void;
  collectBits(out: number, a: number, n: number, words: number): void;
  packPlanes(out: number, planes: number, count: number, n: number, words: number): void;
  unpackPlanes(out: number, packed: number, count: number, n: number, words: number): void;
  blockProductsDeal(out: number, r: number, bits: number, words: number): void;
  blockCompare(out: number, c: number, products: number, bits: number, words: number, first: boolean): void;
  foldDeal(out: number, masks: number, size: number, lowest: boolean, words: number): void;
  fold(
    outG: number,
    outP: number,
    opened: number,
    masks: number,
    dealt: number,
    g3: number,
    size: number,
    lowest: boolean,
    words: number,
    first: boolean,
  ): void;
  and4Deal(out: number, masks: number, words: number): void;
  and4(out: number, opened: number, masks: number, dealt: number, words: number, first: boolean): void;
  fillBits(out: number, ones: boolean, words: number): void;
  arrangeBits(
    out: number,
    bits: number,
    columns: number,
    inverted: number,
    rows: number,
    from: number,
    to: number,
    words: number,
  ): void;
  randomSums(out: number, a: number, signs: number, n: number, chunk: number, tests: number, scratch: number): void;
  hashBits(accumulator: number, bits: number, weights: number, n: number, flip: boolean): void;
  bitTimesDeal(out: number, bits: number, y: number, n: number): void;
  bitTimes(
    out: number,
    bits: number,
    value: number,
    mask: number,
    dealtBit: number,
    dealtProduct: number,
    n: number,
    first: boolean,
  ): void;
}

export interface TruncateKernels {
  truncateDeal(outU: number, outB: number, r: number, s: number, lane: number, n: number): void;
  truncateCarry(out: number, m: number, b: number, rho: number, lane: number, n: number, offsetBits: number): void;
  truncateValue(out: number, m: number, t: number, s: number, n: number, offsetBits: number): void;
  truncateMask(out: number, u: number, rho: number, s: number, lane: number, n: number): void;
  truncateShare(
    out: number,
    m: number,
    u: number,
    b: number,
    s: number,
    lane: number,
    n: number,
    first: boolean,
    offsetBits: number,
  ): void;
}

export interface FourierKernels {
  fourierDeal(
    out: number,
    r: number,
    amplitudes: number,
    phases: number,
    terms: number,
    multiplier: bigint,
    odd: boolean,
    n: number,
    table: number,
  ): void;
  fourierEvaluate(
    out: number,
    c: number,
    dealt: number,
    terms: number,
    multiplier: bigint,
    odd: boolean,
    constant: bigint,
    n: number,
    table: number,
  ): void;
}

/**
 * [x < threshold] for a masked x and a public threshold, |x − threshold| < 2^63: the sign of x − threshold.
 *
 * c = m − threshold and x − threshold = c − r with r the mask, so the sign is
 * top bit of c ⊕ top bit of r ⊕ borrow, borrow = [c mod 2^63 < r mod 2^63].
 * The dealer xor-shares, once for a mask, all 15 products of each block of four bits of r (`maskDigits`). Evaluators compute each
 * block's G = [r > c] and P = [r = c] locally, with the public bits of c as coefficients, then fold 16 blocks to 4 to 1 with
 * G' = G3 + P3·G2 + P3·P2·G1 + P3·P2·P1·G0, P' = P3·P2·P1·P0 on masked bits. G3 is never multiplied, so never opened.
 *
 * Rounds: 2, the result as xor shares. Bytes: 33 bits an element. Correction: 30 bytes an element for a mask, 12 for a comparison.
 * Leaks nothing: every opened bit is under a mask of its own.
 * @module
 */
import { planeWords } from '../ring/bit-kernels.ts';
import { dealtBits, type Material, type Opening, uniformBits } from './cost.ts';
import { contributeBits } from './open.ts';
import { type BitShares, bitShares, type DealtTensor, type Machine, type PublicTensor } from './tensors.ts';

const BLOCKS = 16;
const BLOCK_PRODUCTS = 15;
const GROUP_PLANES = 7; // p3 p2 p1 p0 g2 g1 g0
const LOWEST_PLANES = 6; // without p0
const GROUP_PRODUCTS = 22;
const LOWEST_PRODUCTS = 15;
const FIRST_PLANES = LOWEST_PLANES + 3 * GROUP_PLANES;
const FIRST_PRODUCTS = LOWEST_PRODUCTS + 3 * GROUP_PRODUCTS;
/** Block 15's product of its highest bit alone: the top bit of r. */
const TOP_BIT_PLANE = BLOCK_PRODUCTS * 15 + 8 - 1;

export const maskDigitsMaterial = (count: number): readonly [products: Material] => [
  dealtBits(BLOCKS * BLOCK_PRODUCTS * planeWords(count)),
];

export const lessThanMaterial = (
  count: number,
): readonly [masks: Material, products: Material, masks2: Material, products2: Material] => {
  const words = planeWords(count);
  return [
    uniformBits(FIRST_PLANES * words),
    dealtBits(FIRST_PRODUCTS * words),
    uniformBits(LOWEST_PLANES * words),
    dealtBits(LOWEST_PRODUCTS * words),
  ];
};

export const lessThanOpenings = (count: number): readonly [Opening, Opening] => [
  { kind: 'bits', count, planes: FIRST_PLANES },
  { kind: 'bits', count, planes: LOWEST_PLANES },
];

/** Words of temporary memory: the bits of c, G and P of 16 blocks, and the planes gathered, opened and folded, with room for 64. */
export const lessThanTemporary = (count: number) =>
  (64 + 2 * BLOCKS + Math.max(64, 2 * FIRST_PLANES + 8)) * planeWords(count);

/** Where group g (0 lowest) of the first fold begins, in planes of masks and of products. */
function group(g: number): { planes: number; products: number; lowest: boolean } {
  return g === 0
    ? { planes: 0, products: 0, lowest: true }
    : {
        planes: LOWEST_PLANES + (g - 1) * GROUP_PLANES,
        products: LOWEST_PRODUCTS + (g - 1) * GROUP_PRODUCTS,
        lowest: false,
      };
}

export function dealMaskDigits(
  { kernels, scratch }: Machine,
  mask: DealtTensor,
  products: DealtTensor,
  count: number,
  temporary: number,
): void {
  const words = planeWords(count);
  kernels.bitslice(temporary, mask.at, count, words, scratch);
  kernels.blockProductsDeal(products.at, temporary, words);
}

export function dealLessThan(
  { kernels }: Machine,
  masks: DealtTensor,
  products: DealtTensor,
  masks2: DealtTensor,
  products2: DealtTensor,
  count: number,
): void {
  const words = planeWords(count);
  for (let g = 0; g < 4; g++) {
    const at = group(g);
    kernels.foldDeal(products.at + 8 * words * at.products, masks.at + 8 * words * at.planes, at.lowest, words);
  }
  kernels.foldDeal(products2.at, masks2.at, true, words);
}

/** An evaluator's comparison of `count` elements; the three calls go in order, an opening between them. */
export class LessThan {
  readonly #machine: Machine;
  readonly #count: number;
  readonly #words: number;
  readonly #c: number;
  readonly #blocks: number;
  readonly #gathered: number;
  readonly #opened: number;
  readonly #folded: number;

  constructor(machine: Machine, count: number, temporary: number) {
    this.#machine = machine;
    this.#count = count;
    this.#words = planeWords(count);
    const plane = 8 * this.#words;
    this.#c = temporary;
    this.#blocks = this.#c + 64 * plane;
    this.#gathered = this.#blocks + 2 * BLOCKS * plane;
    this.#opened = this.#gathered + FIRST_PLANES * plane;
    this.#folded = this.#opened + FIRST_PLANES * plane;
  }

  /** Opens the planes of the first fold. */
  start(value: PublicTensor, threshold: bigint, digits: BitShares, masks: BitShares, outgoing: number): void {
    const { kernels, first, scratch } = this.#machine;
    // The shifted value, as long as 64 planes, lies where others are gathered, opened and folded later.
    kernels.addScalar(this.#gathered, value.at, -threshold, this.#count);
    kernels.bitslice(this.#c, this.#gathered, this.#count, this.#words, scratch);
    kernels.blockCompare(this.#blocks, this.#c, digits.at, this.#words, first);
    for (let g = 0; g < 4; g++) {
      const { planes, lowest } = group(g);
      this.#gather(this.#blocks, 4 * g, this.#gathered + 8 * this.#words * planes, lowest);
    }
    contributeBits(
      this.#machine,
      bitShares(this.#gathered),
      masks,
      FIRST_PLANES,
      this.#count,
      this.#gathered,
      outgoing,
    );
  }

  /** Folds 16 blocks to 4 groups and opens those. */
  fold(opened: number, masks: BitShares, products: BitShares, masks2: BitShares, outgoing: number): void {
    const { kernels, first } = this.#machine;
    const plane = 8 * this.#words;
    kernels.unpackPlanes(this.#opened, opened, FIRST_PLANES, this.#count, this.#words);
    for (let g = 0; g < 4; g++) {
      const at = group(g);
      kernels.fold(
        this.#folded + 2 * g * plane,
        this.#folded + (2 * g + 1) * plane,
        this.#opened + at.planes * plane,
        masks.at + at.planes * plane,
        products.at + at.products * plane,
        this.#blocks + 2 * (4 * g + 3) * plane,
        at.lowest,
        this.#words,
        first,
      );
    }
    this.#gather(this.#folded, 0, this.#gathered, true);
    contributeBits(
      this.#machine,
      bitShares(this.#gathered),
      masks2,
      LOWEST_PLANES,
      this.#count,
      this.#gathered,
      outgoing,
    );
  }

  /** The sign, as xor shares. */
  finish(opened: number, masks2: BitShares, products2: BitShares, digits: BitShares, out: BitShares): void {
    const { kernels, first } = this.#machine;
    const plane = 8 * this.#words;
    kernels.unpackPlanes(this.#opened, opened, LOWEST_PLANES, this.#count, this.#words);
    const g3 = this.#folded + 6 * plane;
    kernels.fold(out.at, 0, this.#opened, masks2.at, products2.at, g3, true, this.#words, first);
    kernels.xorBytes(out.at, out.at, digits.at + TOP_BIT_PLANE * plane, plane);
    if (first) kernels.xorBytes(out.at, out.at, this.#c + 63 * plane, plane);
  }

  /** Copies the planes of four (G, P) pairs that a fold opens: p3 p2 p1 (p0) g2 g1 g0. */
  #gather(pairs: number, firstPair: number, out: number, lowest: boolean): void {
    const plane = 8 * this.#words;
    let to = out;
    const copy = (pair: number, p: 0 | 1) => {
      this.#machine.kernels.copy(to, pairs + (2 * (firstPair + pair) + p) * plane, plane);
      to += plane;
    };
    for (let pair = 3; pair >= (lowest ? 1 : 0); pair--) copy(pair, 1);
    for (let pair = 2; pair >= 0; pair--) copy(pair, 0);
  }
}

/**
 * [x < threshold] for a masked x and a public threshold, |x − threshold| < 2^high: the sign of x − threshold.
 *
 * c = m − threshold and x − threshold = c − r with r the mask, so the sign is
 * bit `high` of c ⊕ bit `high` of r ⊕ borrow, borrow = [c mod 2^high < r mod 2^high].
 * Bits below `low` may be left out of the comparison: floor((x − threshold) / 2^low), or one unit more, is what is compared then, so that
 * |x − threshold| < 2^high − 2^low is needed.
 * The dealer xor-shares, once for a mask, all products within each block of four bits of r (`maskDigits`). Evaluators compute each
 * block's G = [r > c] and P = [r = c] locally, with the public bits of c as coefficients, then fold up to 16 blocks to 4 to 1 with
 * G' = G3 + P3·G2 + P3·P2·G1 + P3·P2·P1·G0, P' = P3·P2·P1·P0 on masked bits. G3 is never multiplied, so never opened.
 *
 * Rounds: 2 for more than four blocks (33 bits an element for 16), 1 for more than one, otherwise 0; the result as xor shares.
 * Correction for all 64 bits: 29 bytes an element for a mask, 12 for a comparison.
 * Leaks nothing: every opened bit is under a mask of its own.
 * @module
 */
import { planeWords } from '../ring/bit-kernels.ts';
import { dealtBits, type Material, type Opening, uniformBits } from './consumption.ts';
import { contributeBits } from './open.ts';
import { type BitShares, bitShares, type DealtTensor, type Machine, type PublicTensor } from './tensors.ts';

/** Which bits are compared: from `low` on, below the sign at `high`. */
export interface BitWindow {
  readonly low: number;
  readonly high: number;
}

const widthOf = ({ low, high }: BitWindow) => high - low;
const blocksOf = (window: BitWindow) => Math.ceil(widthOf(window) / 4);

/** Planes of products: 15 for a whole block, fewer for the last one, and the sign's. */
function digitPlanes(window: BitWindow): number {
  const blocks = blocksOf(window);
  return 15 * (blocks - 1) + 2 ** (widthOf(window) - 4 * (blocks - 1));
}

/** Pairs (G, P) that each group of a level folds into one, the lowest group first; of equal sizes as far as may be. */
function levelsOf(window: BitWindow): readonly (readonly number[])[] {
  const blocks = blocksOf(window);
  if (blocks === 1) return [];
  if (blocks <= 4) return [[blocks]];
  const groups = Math.ceil(blocks / 4);
  return [Array.from({ length: groups }, (_, g) => Math.ceil((blocks - g) / groups)), [groups]];
}

/** Planes that a group opens, p's and g's, and the products of their masks: see the kernel `fold`. */
const openedPlanes = (size: number, lowest: boolean) => 2 * size - (lowest ? 2 : 1);
const productPlanes = (size: number, lowest: boolean) => (lowest ? [1, 5, 15] : [2, 8, 22])[size - 2];
const total = (sizes: readonly number[], planes: (size: number, lowest: boolean) => number) =>
  sizes.reduce((sum, size, g) => sum + planes(size, g === 0), 0);

export const maskDigitsMaterial = (count: number, window: BitWindow): readonly [products: Material] => [
  dealtBits(digitPlanes(window) * planeWords(count)),
];

/** Masks and products of each level, in turn. */
export const lessThanMaterial = (count: number, window: BitWindow): readonly Material[] =>
  levelsOf(window).flatMap((sizes) => [
    uniformBits(total(sizes, openedPlanes) * planeWords(count)),
    dealtBits(total(sizes, productPlanes) * planeWords(count)),
  ]);

export const lessThanOpenings = (count: number, window: BitWindow): readonly Opening[] =>
  levelsOf(window).map((sizes) => ({ kind: 'bits', count, planes: total(sizes, openedPlanes) }));

/** Planes gathered or opened at the most. */
const widest = (window: BitWindow) =>
  levelsOf(window).reduce((most, sizes) => Math.max(most, total(sizes, openedPlanes)), 0);

/** Words of temporary memory: the bits of c, the pairs before and after a level, what is gathered and opened; c itself lies there first. */
export const lessThanTemporary = (count: number, window: BitWindow) =>
  (64 + 2 * blocksOf(window) + Math.max(64, 2 * widest(window) + 8)) * planeWords(count);

/** Words that dealing the products takes meanwhile: all bits of the mask. */
export const maskDigitsTemporary = (count: number) => 64 * planeWords(count);

export function dealMaskDigits(
  { kernels, scratch }: Machine,
  mask: DealtTensor,
  window: BitWindow,
  products: DealtTensor,
  count: number,
  temporary: number,
): void {
  const words = planeWords(count);
  const plane = 8 * words;
  kernels.bitslice(temporary, mask.at, count, words, scratch);
  kernels.blockProductsDeal(products.at, temporary + window.low * plane, widthOf(window), words);
  kernels.copy(products.at + (digitPlanes(window) - 1) * plane, temporary + window.high * plane, plane);
}

export function dealLessThan(
  { kernels }: Machine,
  window: BitWindow,
  material: readonly DealtTensor[],
  count: number,
): void {
  const words = planeWords(count);
  levelsOf(window).forEach((sizes, level) => {
    let [masks, products] = [material[2 * level].at, material[2 * level + 1].at];
    sizes.forEach((size, g) => {
      kernels.foldDeal(products, masks, size, g === 0, words);
      masks += 8 * words * openedPlanes(size, g === 0);
      products += 8 * words * productPlanes(size, g === 0);
    });
  });
}

/** An evaluator's comparison of `count` elements: `start`, then a `fold` after each opening. */
export class LessThan {
  readonly #machine: Machine;
  readonly #count: number;
  readonly #window: BitWindow;
  readonly #levels: readonly (readonly number[])[];
  readonly #words: number;
  readonly #c: number;
  readonly #pairs: number;
  readonly #gathered: number;
  readonly #opened: number;
  readonly #folded: number;

  constructor(machine: Machine, count: number, window: BitWindow, temporary: number) {
    this.#machine = machine;
    this.#count = count;
    this.#window = window;
    this.#levels = levelsOf(window);
    this.#words = planeWords(count);
    const plane = 8 * this.#words;
    this.#c = temporary;
    this.#pairs = this.#c + 64 * plane;
    this.#gathered = this.#pairs + 2 * blocksOf(window) * plane;
    this.#opened = this.#gathered + widest(window) * plane;
    this.#folded = this.#opened + widest(window) * plane;
  }

  /** Compares the blocks. */
  start(value: PublicTensor, threshold: bigint, digits: BitShares): void {
    const { kernels, first, scratch } = this.#machine;
    // The shifted value, as long as 64 planes, lies where others are gathered, opened and folded later.
    kernels.addScalar(this.#gathered, value.at, -threshold, this.#count);
    kernels.bitslice(this.#c, this.#gathered, this.#count, this.#words, scratch);
    const lowest = this.#c + this.#window.low * 8 * this.#words;
    kernels.blockCompare(this.#pairs, lowest, digits.at, widthOf(this.#window), this.#words, first);
  }

  /** Opens the planes of a level. */
  open(level: number, masks: BitShares, outgoing: number): void {
    const plane = 8 * this.#words;
    const pairs = level === 0 ? this.#pairs : this.#folded;
    const sizes = this.#levels[level];
    let [pair, to] = [0, this.#gathered];
    sizes.forEach((size, g) => {
      this.#gather(pairs + 2 * pair * plane, size, to, g === 0);
      pair += size;
      to += openedPlanes(size, g === 0) * plane;
    });
    const planes = total(sizes, openedPlanes);
    contributeBits(this.#machine, bitShares(this.#gathered), masks, planes, this.#count, this.#gathered, outgoing);
  }

  /** Folds the groups of a level. */
  fold(level: number, opened: number, masks: BitShares, products: BitShares): void {
    const { kernels, first } = this.#machine;
    const plane = 8 * this.#words;
    const sizes = this.#levels[level];
    kernels.unpackPlanes(this.#opened, opened, total(sizes, openedPlanes), this.#count, this.#words);
    let [plainAt, productAt, pair] = [0, 0, 0];
    // G of the highest pair was not opened; a level writes behind what it still reads.
    const from = level === 0 ? this.#pairs : this.#folded;
    sizes.forEach((size, g) => {
      const lowest = g === 0;
      pair += size;
      kernels.fold(
        this.#folded + 2 * g * plane,
        this.#folded + (2 * g + 1) * plane,
        this.#opened + plainAt * plane,
        masks.at + plainAt * plane,
        products.at + productAt * plane,
        from + 2 * (pair - 1) * plane,
        size,
        lowest,
        this.#words,
        first,
      );
      plainAt += openedPlanes(size, lowest);
      productAt += productPlanes(size, lowest);
    });
  }

  /** The sign, as xor shares. */
  finish(digits: BitShares, out: BitShares): void {
    const { kernels, first } = this.#machine;
    const plane = 8 * this.#words;
    const borrow = this.#levels.length === 0 ? this.#pairs : this.#folded;
    kernels.xorBytes(out.at, borrow, digits.at + (digitPlanes(this.#window) - 1) * plane, plane);
    if (first) kernels.xorBytes(out.at, out.at, this.#c + this.#window.high * plane, plane);
  }

  /** Copies the planes of a group's (G, P) pairs that a fold opens: p's from the highest down, without the lowest of all, then g's. */
  #gather(pairs: number, size: number, out: number, lowest: boolean): void {
    const plane = 8 * this.#words;
    let to = out;
    const copy = (pair: number, p: 0 | 1) => {
      this.#machine.kernels.copy(to, pairs + (2 * pair + p) * plane, plane);
      to += plane;
    };
    for (let pair = size - 1; pair >= (lowest ? 1 : 0); pair--) copy(pair, 1);
    for (let pair = size - 2; pair >= 0; pair--) copy(pair, 0);
  }
}

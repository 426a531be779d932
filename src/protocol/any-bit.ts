/**
 * Whether any bit of a shared 64-bit word is set: the end of the range alarm.
 *
 * Not-any is the and of the 64 inverted bits: as four planes of 16, then of 4, then of 1, by 4-input ands on masked bits with the
 * dealt products of the masks. Rounds: 3, the result as xor shares. Leaks nothing.
 * @module
 */
import { planeWords } from '../ring/bit-kernels.ts';
import { dealtBits, type Material, type Opening, uniformBits } from './cost.ts';
import { contributeBits } from './open.ts';
import { type BitShares, bitShares, type DealtTensor, type Machine } from './tensors.ts';

const SIZES = [16, 4, 1] as const;
const WORDS = planeWords(1);
const PRODUCTS = 11;

/** Masks and products of the three levels, in turn. */
export const anyBitMaterial: readonly Material[] = SIZES.flatMap(() => [
  uniformBits(4 * WORDS),
  dealtBits(PRODUCTS * WORDS),
]);
export const anyBitOpenings: readonly Opening[] = SIZES.map((count) => ({ kind: 'bits', count, planes: 4 }));
export const anyBitLevels = SIZES.length;
/** Words of temporary memory. */
export const anyBitTemporary = 8 * WORDS;

export function dealAnyBit({ kernels }: Machine, masks: DealtTensor, products: DealtTensor): void {
  kernels.and4Deal(products.at, masks.at, WORDS);
}

/** Splits the low 4·size bits of one 64-bit word into four planes. */
function split(word: bigint, size: number, planes: BigUint64Array): void {
  planes.fill(0n);
  const mask = (1n << BigInt(size)) - 1n;
  for (let plane = 0; plane < 4; plane++) planes[plane * WORDS] = (word >> BigInt(plane * size)) & mask;
}

/** One evaluator's side. `view` gives the words at an address. */
export class AnyBit {
  readonly #machine: Machine;
  readonly #view: (address: number, words: number) => BigUint64Array;
  readonly #planes: number;
  readonly #opened: number;

  constructor(machine: Machine, view: (address: number, words: number) => BigUint64Array, temporary: number) {
    this.#machine = machine;
    this.#view = view;
    this.#planes = temporary;
    this.#opened = temporary + 8 * 4 * WORDS;
  }

  /** Opens the inverted word. */
  start(word: BitShares, masks: BitShares, outgoing: number): void {
    const [share] = this.#view(word.at, 1);
    this.#contribute(this.#machine.first ? ~share & 0xffff_ffff_ffff_ffffn : share, 0, masks, outgoing);
  }

  /** Ands level `level` and opens the next. */
  fold(level: number, opened: number, masks: BitShares, products: BitShares, next: BitShares, outgoing: number): void {
    this.#and(level, opened, masks, products, this.#planes);
    const [share] = this.#view(this.#planes, 1);
    this.#contribute(share, level + 1, next, outgoing);
  }

  /** The result: a share of [any bit set]. */
  finish(opened: number, masks: BitShares, products: BitShares, out: BitShares): void {
    this.#and(anyBitLevels - 1, opened, masks, products, out.at);
    const view = this.#view(out.at, WORDS);
    view[0] = (view[0] & 1n) ^ (this.#machine.first ? 1n : 0n);
  }

  #contribute(word: bigint, level: number, masks: BitShares, outgoing: number): void {
    split(word, SIZES[level], this.#view(this.#planes, 4 * WORDS));
    contributeBits(this.#machine, bitShares(this.#planes), masks, 4, SIZES[level], this.#planes, outgoing);
  }

  #and(level: number, opened: number, masks: BitShares, products: BitShares, out: number): void {
    const { kernels, first } = this.#machine;
    kernels.unpackPlanes(this.#opened, opened, 4, SIZES[level], WORDS);
    kernels.and4(out, this.#opened, masks.at, products.at, WORDS, first);
  }
}

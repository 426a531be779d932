/**
 * Whether any bit of each of n shared 64-bit words is set: the end of the range alarm.
 *
 * Not-any is the and of the 64 inverted bits: as four planes of 16 bits a word, then of 4, then of 1, by 4-input ands on masked bits
 * with the dealt products of the masks. Rounds: 3, the result as xor shares. Leaks nothing.
 * @module
 */
import { planeWords } from '../ring/bit-kernels.ts';
import { dealtBits, type Material, type Opening, uniformBits } from './consumption.ts';
import { contributeBits } from './open.ts';
import { type BitShares, bitShares, type DealtTensor, type Machine } from './tensors.ts';

/** Bits that are left of a word after each level. */
const LEFT = [16, 4, 1] as const;
export const AND4_PRODUCTS = 11;

/** Masks and products of the three levels, in turn. */
export const anyBitMaterial = (n: number): readonly Material[] =>
  LEFT.flatMap((left) => [uniformBits(4 * planeWords(left * n)), dealtBits(AND4_PRODUCTS * planeWords(left * n))]);
export const anyBitOpenings = (n: number): readonly Opening[] =>
  LEFT.map((left) => ({ kind: 'bits', count: left * n, planes: 4 }));
export const anyBitLevels = LEFT.length;
/** Words of temporary memory: the planes of the largest level, before and after opening, and a result. */
export const anyBitTemporary = (n: number) => 9 * planeWords(16 * n);

export function dealAnyBit(
  { kernels }: Machine,
  n: number,
  level: number,
  masks: DealtTensor,
  products: DealtTensor,
): void {
  kernels.and4Deal(products.at, masks.at, planeWords(LEFT[level] * n));
}

type View = (address: number, bytes: number) => Uint8Array;

const bitOf = (bytes: Uint8Array, i: number) => (bytes[i >> 3] >> (i & 7)) & 1;

/** One evaluator's side. `view` gives the bytes at an address. */
export class AnyBit {
  readonly #machine: Machine;
  readonly #n: number;
  readonly #view: View;
  readonly #planes: number;
  readonly #opened: number;
  readonly #result: number;

  constructor(machine: Machine, n: number, view: View, temporary: number) {
    this.#machine = machine;
    this.#n = n;
    this.#view = view;
    this.#planes = temporary;
    this.#opened = temporary + 8 * 4 * planeWords(16 * n);
    this.#result = this.#opened + 8 * 4 * planeWords(16 * n);
  }

  /** Opens the inverted words. */
  start(words: BitShares, masks: BitShares, outgoing: number): void {
    const bytes = this.#view(words.at, 8 * this.#n).map((byte) => (this.#machine.first ? ~byte : byte));
    this.#contribute(bytes, 0, masks, outgoing);
  }

  /** Ands level `level` and opens the next. */
  fold(level: number, opened: number, masks: BitShares, products: BitShares, next: BitShares, outgoing: number): void {
    this.#and(level, opened, masks, products, this.#result);
    const bytes = this.#view(this.#result, 8 * planeWords(LEFT[level] * this.#n)).slice();
    this.#contribute(bytes, level + 1, next, outgoing);
  }

  /** The result: a share of [any bit set], for each word. */
  finish(opened: number, masks: BitShares, products: BitShares, out: BitShares): void {
    this.#and(anyBitLevels - 1, opened, masks, products, out.at);
    if (!this.#machine.first) return;
    const bytes = this.#view(out.at, 8 * planeWords(this.#n));
    for (let i = 0; i < this.#n; i++) bytes[i >> 3] ^= 1 << (i & 7);
  }

  /** Splits 4·left bits a word into four planes and opens them. */
  #contribute(bits: Uint8Array, level: number, masks: BitShares, outgoing: number): void {
    const left = LEFT[level];
    const planeBytes = 8 * planeWords(left * this.#n);
    const planes = this.#view(this.#planes, 4 * planeBytes).fill(0);
    for (let word = 0; word < this.#n; word++) {
      for (let b = 0; b < 4 * left; b++) {
        const to = word * left + (b % left);
        planes[Math.floor(b / left) * planeBytes + (to >> 3)] |= bitOf(bits, 4 * left * word + b) << (to & 7);
      }
    }
    contributeBits(this.#machine, bitShares(this.#planes), masks, 4, left * this.#n, this.#planes, outgoing);
  }

  #and(level: number, opened: number, masks: BitShares, products: BitShares, out: number): void {
    const { kernels, first } = this.#machine;
    const count = LEFT[level] * this.#n;
    kernels.unpackPlanes(this.#opened, opened, 4, count, planeWords(count));
    kernels.and4(out, this.#opened, masks.at, products.at, planeWords(count), first);
  }
}

/**
 * The and of several shared bits, for each of `count` results at once: a tree of 4-input ands on masked bits with the dealt products of
 * the masks (the planes of a level that are fewer than a multiple of four are filled up with ones).
 *
 * Rounds: ⌈log₄ n⌉ for n factors and at least 1, the result as xor shares. Bytes: a bit for each input of each and. Leaks nothing.
 * @module
 */
import { planeWords } from '../ring/bit-kernels.ts';
import { AND4_PRODUCTS } from './any-bit.ts';
import { dealtBits, type Material, type Opening, uniformBits } from './consumption.ts';
import { contributeBits } from './open.ts';
import { type BitShares, bitShares, type DealtTensor, type Machine } from './tensors.ts';

/** Ands of each level. */
export function allOfLevels(factors: number): readonly number[] {
  const ands = Math.ceil(factors / 4);
  return ands === 1 ? [1] : [ands, ...allOfLevels(ands)];
}

/** Masks and products of each level, in turn. */
export const allOfMaterial = (count: number, factors: number): readonly Material[] =>
  allOfLevels(factors).flatMap((ands) => [
    uniformBits(4 * ands * planeWords(count)),
    dealtBits(AND4_PRODUCTS * ands * planeWords(count)),
  ]);

export const allOfOpenings = (count: number, factors: number): readonly Opening[] =>
  allOfLevels(factors).map((ands) => ({ kind: 'bits', count, planes: 4 * ands }));

/** Words of temporary memory: the factors, filled up, and what is opened of them. */
export const allOfTemporary = (count: number, factors: number) => 8 * Math.ceil(factors / 4) * planeWords(count);

export function dealAllOf(
  { kernels }: Machine,
  count: number,
  factors: number,
  material: readonly DealtTensor[],
): void {
  const plane = 8 * planeWords(count);
  allOfLevels(factors).forEach((ands, level) => {
    const [masks, products] = [material[2 * level], material[2 * level + 1]];
    for (let i = 0; i < ands; i++) {
      kernels.and4Deal(products.at + AND4_PRODUCTS * i * plane, masks.at + 4 * i * plane, planeWords(count));
    }
  });
}

/** One evaluator's side: `factors` planes of `count` bits lie at `planes` before level 0 is opened. */
export class AllOf {
  /** Where the factors are put. */
  readonly planes: number;
  readonly #machine: Machine;
  readonly #count: number;
  readonly #factors: number;
  readonly #levels: readonly number[];
  readonly #words: number;
  readonly #opened: number;

  constructor(machine: Machine, count: number, factors: number, temporary: number) {
    this.#machine = machine;
    this.#count = count;
    this.#factors = factors;
    this.#levels = allOfLevels(factors);
    this.#words = planeWords(count);
    this.planes = temporary;
    this.#opened = temporary + 8 * 4 * Math.ceil(factors / 4) * this.#words;
  }

  /** Opens the inputs of a level, filled up with ones. */
  open(level: number, masks: BitShares, outgoing: number): void {
    const { kernels, first } = this.#machine;
    const plane = 8 * this.#words;
    const inputs = level === 0 ? this.#factors : this.#levels[level - 1];
    const filled = 4 * this.#levels[level];
    for (let i = inputs; i < filled; i++) kernels.fillBits(this.planes + i * plane, first, this.#words);
    contributeBits(this.#machine, bitShares(this.planes), masks, filled, this.#count, this.#opened, outgoing);
  }

  /** Ands a level into the first planes, or into `out` at the end. */
  fold(level: number, opened: number, masks: BitShares, products: BitShares, out: BitShares): void {
    const { kernels, first } = this.#machine;
    const plane = 8 * this.#words;
    const ands = this.#levels[level];
    kernels.unpackPlanes(this.#opened, opened, 4 * ands, this.#count, this.#words);
    for (let i = 0; i < ands; i++) {
      const to = level === this.#levels.length - 1 ? out.at : this.planes + i * plane;
      const at = 4 * i * plane;
      const product = products.at + AND4_PRODUCTS * i * plane;
      kernels.and4(to, this.#opened + at, masks.at + at, product, this.#words, first);
    }
  }
}

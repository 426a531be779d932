/**
 * Many truncations at once: the protocol functions of dealer and evaluators on random values under random masks, without a network.
 * @module
 */
import { randomBytes } from 'node:crypto';
import { Stream } from '../../src/prg/stream.ts';
import { type LaneBits, laneBitsFor } from '../../src/protocol/consumption.ts';
import {
  type DealtTensor,
  dealtTensor,
  type Machine,
  publicTensor,
  type ShareTensor,
  shareTensor,
} from '../../src/protocol/tensors.ts';
import {
  contributeCarry,
  dealTruncate,
  truncatedMask,
  truncatedValue,
  truncateToShares,
} from '../../src/protocol/truncate.ts';
import { RingMemory } from '../../src/ring/ring-memory.ts';
import { EXTREMES } from './harness.ts';

export class TruncationTile {
  readonly size: number;
  readonly #memory = RingMemory.create(0);
  readonly #stream = new Stream(randomBytes(32));
  #position = 0;
  readonly #z: number;
  readonly #floor: number;
  readonly #result: number;
  readonly #public: number;
  readonly #sum: number;
  readonly #temporary: number;
  readonly #r: DealtTensor;
  readonly #u: DealtTensor;
  readonly #b: DealtTensor;
  readonly #rho: DealtTensor;
  readonly #shares: readonly (readonly [u: ShareTensor, b: ShareTensor, rho: ShareTensor])[];

  constructor(size: number, evaluators: number) {
    this.size = size;
    const words = () => this.#memory.allocate(8 * size + 8);
    [this.#z, this.#floor, this.#result, this.#public, this.#sum, this.#temporary] = [0, 1, 2, 3, 4, 5].map(words);
    [this.#r, this.#u, this.#b, this.#rho] = [0, 1, 2, 3].map(() => dealtTensor(words()));
    this.#shares = Array.from({ length: evaluators }, () => {
      const [u, b, rho] = [0, 1, 2].map(() => shareTensor(words()));
      return [u, b, rho];
    });
  }

  /** Truncates fresh random values in [−2^61, 2^61), the extremes among them: how many are neither floor nor floor + 1. */
  wrong(bits: number, form: 'masked' | 'shares'): number {
    const { kernels } = this.#memory;
    const n = this.size;
    this.#fill(this.#z);
    kernels.shiftRightArithmetic(this.#z, this.#z, 2, n);
    this.#memory.u64(this.#z, EXTREMES.length).set(EXTREMES.map((x) => BigInt.asUintN(64, x)));
    kernels.shiftRightArithmetic(this.#floor, this.#z, bits, n);

    this.#fill(this.#r.at);
    const evaluators = this.#shares.length;
    const machine = (index: number): Machine => {
      return {
        kernels,
        multiply: (product) => this.#memory.multiply(product, 0),
        evaluators,
        index,
        first: index === 0,
        scratch: 0,
        operands: [0, 0],
      };
    };
    const lane = laneBitsFor(bits);
    dealTruncate(machine(-1), this.#r, this.#u, this.#b, bits, n);
    [this.#u, this.#b].forEach((whole, item) => {
      this.#share(
        whole,
        this.#shares.map((own) => own[item]),
        item === 0 ? 64 : lane,
      );
    });
    kernels.add(this.#public, this.#z, this.#r.at, n);
    if (form === 'shares') this.#toShares(machine, bits);
    else this.#toMasked(machine, bits);

    kernels.sub(this.#floor, this.#result, this.#floor, n);
    const units = this.#memory.u64(this.#floor, n);
    const words = new Uint32Array(units.buffer, units.byteOffset, 2 * n);
    let wrong = 0;
    for (let i = 0; i < n; i++) if (words[2 * i + 1] !== 0 || words[2 * i] > 1) wrong++;
    return wrong;
  }

  /** How the last values were rounded. */
  *rounding(bits: number): Generator<{ fraction: number; up: number }> {
    const [z, units] = [this.#memory.u64(this.#z, this.size), this.#memory.u64(this.#floor, this.size)];
    for (let i = 0; i < this.size; i++) {
      yield { fraction: Number(BigInt.asUintN(bits, z[i])) / 2 ** bits, up: Number(units[i]) };
    }
  }

  #fill(at: number): void {
    this.#memory.u8(at, 8 * this.size).set(this.#stream.read(this.#position, 8 * this.size));
    this.#position += 8 * this.size;
  }

  /** All shares but the last are random. */
  #share(whole: DealtTensor, shares: readonly ShareTensor[], lane: LaneBits): void {
    const { kernels } = this.#memory;
    const last = shares[shares.length - 1];
    kernels.copy(last.at, whole.at, 8 * this.size);
    for (const share of shares.slice(0, -1)) {
      this.#fill(share.at);
      if (lane === 64) kernels.sub(last.at, last.at, share.at, this.size);
      else kernels.subLanes(last.at, last.at, share.at, lane, (this.size * lane) / 64);
    }
  }

  #toShares(machine: (index: number) => Machine, bits: number): void {
    const { kernels } = this.#memory;
    kernels.fill0(this.#result, 8 * this.size);
    this.#shares.forEach(([u, b], j) => {
      truncateToShares(machine(j), publicTensor(this.#public), u, b, shareTensor(this.#temporary), bits, this.size);
      kernels.add(this.#result, this.#result, this.#temporary, this.size);
    });
  }

  #toMasked(machine: (index: number) => Machine, bits: number): void {
    const { kernels } = this.#memory;
    const n = this.size;
    kernels.fill0(this.#sum, 8 * n);
    kernels.fill0(this.#rho.at, 8 * n);
    const lane = laneBitsFor(bits);
    for (const [, , rho] of this.#shares) {
      this.#fill(rho.at);
      if (lane === 64) kernels.add(this.#rho.at, this.#rho.at, rho.at, n);
      else kernels.addLanes(this.#rho.at, this.#rho.at, rho.at, lane, (n * lane) / 64);
    }
    const value = publicTensor(this.#public);
    this.#shares.forEach(([, b, rho], j) => {
      contributeCarry(machine(j), value, b, rho, bits, n, this.#temporary, this.#result);
      kernels.unpackFields(this.#temporary, this.#result, bits, n);
      kernels.add(this.#sum, this.#sum, this.#temporary, n);
    });
    truncatedValue(machine(0), value, publicTensor(this.#sum), publicTensor(this.#result), bits, n);
    // The dealer's mask is the sum of the evaluators'.
    truncatedMask(machine(-1), this.#u, this.#rho, dealtTensor(this.#temporary), bits, n);
    kernels.sub(this.#result, this.#result, this.#temporary, n);
    kernels.fill0(this.#sum, 8 * n);
    for (const [u, , rho] of this.#shares) {
      const own = shareTensor(this.#public);
      truncatedMask(machine(0), u, rho, own, bits, n);
      kernels.add(this.#sum, this.#sum, own.at, n);
    }
    kernels.sub(this.#sum, this.#sum, this.#temporary, n);
    if (this.#memory.u64(this.#sum, n).some((difference) => difference !== 0n)) {
      throw new Error('the evaluators hold shares of another mask than the dealer');
    }
  }
}

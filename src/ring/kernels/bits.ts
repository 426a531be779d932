// Bit tensors as planes, see planes.ts. Addition and multiplication of bits are xor and and; a share of a bit is an xor share.
import { at } from './planes';

/** 64 planes of the n elements of a; lanes beyond n are zero. scratch: 512 bytes. Hacker's Delight, section 7-3. */
export function bitslice(out: usize, a: usize, n: i32, words: i32, scratch: usize): void {
  for (let block = 0; block < words; block++) {
    const first = block << 6;
    const rows = max(0, min(64, n - first));
    for (let i = 0; i < rows; i++) store<u64>(scratch + (i << 3), load<u64>(a + ((<usize>(first + i)) << 3)));
    for (let i = rows; i < 64; i++) store<u64>(scratch + (i << 3), 0);
    let half: i32 = 32;
    let mask: u64 = 0x00000000ffffffff;
    while (half != 0) {
      for (let i = 0; i < 64; i = (i + half + 1) & ~half) {
        const low = scratch + (i << 3);
        const high = scratch + ((i + half) << 3);
        const x = load<u64>(low);
        const y = load<u64>(high);
        const t = ((x >> half) ^ y) & mask;
        store<u64>(low, x ^ (t << half));
        store<u64>(high, y ^ t);
      }
      half >>= 1;
      mask ^= mask << half;
    }
    for (let plane = 0; plane < 64; plane++) store<u64>(at(out, plane, words, block), load<u64>(scratch + (plane << 3)));
  }
}

/** out[i] = bit i of the plane, as 0 or 1. */
export function expandBits(out: usize, bits: usize, n: i32): void {
  for (let i = 0; i < n; i++) store<u64>(out + ((<usize>i) << 3), (load<u64>(bits + ((<usize>(i >> 6)) << 3)) >> (i & 63)) & 1);
}

/** The plane of the lowest bits of n elements; lanes beyond n are zero. */
export function collectBits(out: usize, a: usize, n: i32, words: i32): void {
  for (let w = 0; w < words; w++) {
    let word: u64 = 0;
    const first = w << 6;
    const count = min(64, n - first);
    for (let i = 0; i < count; i++) word |= (load<u64>(a + ((<usize>(first + i)) << 3)) & 1) << i;
    store<u64>(out + ((<usize>w) << 3), word);
  }
}

/** The first ceil(n/8) bytes of each plane, one after the other. */
export function packPlanes(out: usize, planes: usize, count: i32, n: i32, words: i32): void {
  const bytes = (n + 7) >> 3;
  for (let p = 0; p < count; p++) memory.copy(out + <usize>p * bytes, at(planes, p, words, 0), bytes);
}

/** The inverse of packPlanes; the rest of each plane is zero. */
export function unpackPlanes(out: usize, packed: usize, count: i32, n: i32, words: i32): void {
  const bytes = (n + 7) >> 3;
  for (let p = 0; p < count; p++) {
    const plane = at(out, p, words, 0);
    memory.fill(plane + bytes, 0, ((<usize>words) << 3) - bytes);
    memory.copy(plane, packed + <usize>p * bytes, bytes);
  }
}

/** accumulator ^= the xor of weights[i] over the set bits i of (bits xor flip): a linear hash of a bit tensor to 64 bits. */
export function hashBits(accumulator: usize, bits: usize, weights: usize, n: i32, flip: bool): void {
  let sum = load<u64>(accumulator);
  const inversion: u64 = flip ? 1 : 0;
  for (let i = 0; i < n; i++) {
    const bit = ((load<u64>(bits + ((<usize>(i >> 6)) << 3)) >> (i & 63)) & 1) ^ inversion;
    sum ^= (0 - bit) & load<u64>(weights + ((<usize>i) << 3));
  }
  store<u64>(accumulator, sum);
}

// A masked bit b = m + λ - 2·m·λ over the integers is linear in the dealt arithmetic shares of λ.

/** Dealer: λ·λy, from the plane of λ and the mask of y. */
export function bitTimesDeal(out: usize, bits: usize, y: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    const o = (<usize>i) << 3;
    const bit = (load<u64>(bits + ((<usize>(i >> 6)) << 3)) >> (i & 63)) & 1;
    store<u64>(out + o, (0 - bit) & load<u64>(y + o));
  }
}

/** Evaluator: additive share of b·y, y = value − mask; dealt are the shares of λ and of λ·λy. */
export function bitTimes(
  out: usize, bits: usize, value: usize, mask: usize, dealtBit: usize, dealtProduct: usize, n: i32, first: bool,
): void {
  for (let i = 0; i < n; i++) {
    const o = (<usize>i) << 3;
    const m = (load<u64>(bits + ((<usize>(i >> 6)) << 3)) >> (i & 63)) & 1;
    const y = load<u64>(value + o);
    const t = y * load<u64>(dealtBit + o) - load<u64>(dealtProduct + o);
    store<u64>(out + o, m ? (first ? y : 0) - t - load<u64>(mask + o) : t);
  }
}

/** A plane of ones, or of zeros: the constant 1 as the first evaluator's share and as the others'. */
export function fillBits(out: usize, ones: bool, words: i32): void {
  memory.fill(out, ones ? 0xff : 0, (<usize>words) << 3);
}

/** Bit (r, c) of the result is bit (r, columns[c]) of a tensor of `from` columns, inverted where inverted[c] is 1; flattened by rows. */
export function arrangeBits(
  out: usize, bits: usize, columns: usize, inverted: usize, rows: i32, from: i32, to: i32, words: i32,
): void {
  memory.fill(out, 0, (<usize>words) << 3);
  let at = 0;
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < to; c++) {
      const i = r * from + load<i32>(columns + ((<usize>c) << 2));
      const bit = ((load<u64>(bits + ((<usize>(i >> 6)) << 3)) >> (i & 63)) & 1) ^ <u64>load<u32>(inverted + ((<usize>c) << 2));
      const word = out + ((<usize>(at >> 6)) << 3);
      store<u64>(word, load<u64>(word) | (bit << (at & 63)));
      at++;
    }
  }
}


/**
 * Elementwise arithmetic on u64 modulo 2^64: two elements at a time, and the odd one alone.
 *
 * `n` counts elements; `out` may be the address of an input.
 * @module
 */
import { pairedBytes } from './words';

export function add(out: usize, a: usize, b: usize, n: usize): void {
  const end = pairedBytes(n);
  for (let i: usize = 0; i < end; i += 16) v128.store(out + i, i64x2.add(v128.load(a + i), v128.load(b + i)));
  if (n & 1) store<u64>(out + end, load<u64>(a + end) + load<u64>(b + end));
}

export function sub(out: usize, a: usize, b: usize, n: usize): void {
  const end = pairedBytes(n);
  for (let i: usize = 0; i < end; i += 16) v128.store(out + i, i64x2.sub(v128.load(a + i), v128.load(b + i)));
  if (n & 1) store<u64>(out + end, load<u64>(a + end) - load<u64>(b + end));
}

/** a + b in lanes of 16 or 32 bits; `words` is even. */
export function addLanes(out: usize, a: usize, b: usize, lane: i32, words: usize): void {
  for (let i: usize = 0; i < words << 3; i += 16) {
    const x = v128.load(a + i);
    const y = v128.load(b + i);
    v128.store(out + i, lane == 16 ? i16x8.add(x, y) : i32x4.add(x, y));
  }
}

/** a − b in lanes of 16 or 32 bits; `words` is even. */
export function subLanes(out: usize, a: usize, b: usize, lane: i32, words: usize): void {
  for (let i: usize = 0; i < words << 3; i += 16) {
    const x = v128.load(a + i);
    const y = v128.load(b + i);
    v128.store(out + i, lane == 16 ? i16x8.sub(x, y) : i32x4.sub(x, y));
  }
}

export function neg(out: usize, a: usize, n: usize): void {
  const end = pairedBytes(n);
  for (let i: usize = 0; i < end; i += 16) v128.store(out + i, i64x2.neg(v128.load(a + i)));
  if (n & 1) store<u64>(out + end, 0 - load<u64>(a + end));
}

export function addScalar(out: usize, a: usize, c: u64, n: usize): void {
  const end = pairedBytes(n);
  const cs = i64x2.splat(c);
  for (let i: usize = 0; i < end; i += 16) v128.store(out + i, i64x2.add(v128.load(a + i), cs));
  if (n & 1) store<u64>(out + end, load<u64>(a + end) + c);
}

export function scale(out: usize, a: usize, c: u64, n: usize): void {
  const end = pairedBytes(n);
  const cs = i64x2.splat(c);
  for (let i: usize = 0; i < end; i += 16) v128.store(out + i, i64x2.mul(v128.load(a + i), cs));
  if (n & 1) store<u64>(out + end, load<u64>(a + end) * c);
}

export function scaleAdd(out: usize, a: usize, c: u64, n: usize): void {
  const end = pairedBytes(n);
  const cs = i64x2.splat(c);
  for (let i: usize = 0; i < end; i += 16) {
    v128.store(out + i, i64x2.add(v128.load(out + i), i64x2.mul(v128.load(a + i), cs)));
  }
  if (n & 1) store<u64>(out + end, load<u64>(out + end) + load<u64>(a + end) * c);
}

export function mul(out: usize, a: usize, b: usize, n: usize): void {
  const end = pairedBytes(n);
  for (let i: usize = 0; i < end; i += 16) v128.store(out + i, i64x2.mul(v128.load(a + i), v128.load(b + i)));
  if (n & 1) store<u64>(out + end, load<u64>(a + end) * load<u64>(b + end));
}

export function mulAdd(out: usize, a: usize, b: usize, n: usize): void {
  const end = pairedBytes(n);
  for (let i: usize = 0; i < end; i += 16) {
    v128.store(out + i, i64x2.add(v128.load(out + i), i64x2.mul(v128.load(a + i), v128.load(b + i))));
  }
  if (n & 1) store<u64>(out + end, load<u64>(out + end) + load<u64>(a + end) * load<u64>(b + end));
}

export function mulSub(out: usize, a: usize, b: usize, n: usize): void {
  const end = pairedBytes(n);
  for (let i: usize = 0; i < end; i += 16) {
    v128.store(out + i, i64x2.sub(v128.load(out + i), i64x2.mul(v128.load(a + i), v128.load(b + i))));
  }
  if (n & 1) store<u64>(out + end, load<u64>(out + end) - load<u64>(a + end) * load<u64>(b + end));
}

export function shiftLeft(out: usize, a: usize, s: i32, n: usize): void {
  const end = pairedBytes(n);
  for (let i: usize = 0; i < end; i += 16) v128.store(out + i, i64x2.shl(v128.load(a + i), s));
  if (n & 1) store<u64>(out + end, load<u64>(a + end) << s);
}

export function shiftRightLogical(out: usize, a: usize, s: i32, n: usize): void {
  const end = pairedBytes(n);
  for (let i: usize = 0; i < end; i += 16) v128.store(out + i, i64x2.shr_u(v128.load(a + i), s));
  if (n & 1) store<u64>(out + end, load<u64>(a + end) >> s);
}

export function shiftRightArithmetic(out: usize, a: usize, s: i32, n: usize): void {
  const end = pairedBytes(n);
  for (let i: usize = 0; i < end; i += 16) v128.store(out + i, i64x2.shr_s(v128.load(a + i), s));
  if (n & 1) store<i64>(out + end, load<i64>(a + end) >> s);
}

/**
 * Between f64 and fixed point, and between elements and strings of s-bit fields.
 * @module
 */

/** 2^exponent, exactly. */
// @ts-ignore: decorator
@inline
function powerOfTwo(exponent: i32): f64 {
  return reinterpret<f64>(<u64>(1023 + exponent) << 52);
}

export function encode(out: usize, x: usize, fractionalBits: i32, n: usize): void {
  const unit = powerOfTwo(fractionalBits);
  const end = n << 3;
  for (let i: usize = 0; i < end; i += 8) store<i64>(out + i, <i64>nearest(load<f64>(x + i) * unit));
}

export function decode(out: usize, a: usize, fractionalBits: i32, n: usize): void {
  const unit = powerOfTwo(-fractionalBits);
  const end = n << 3;
  for (let i: usize = 0; i < end; i += 8) store<f64>(out + i, <f64>load<i64>(a + i) * unit);
}

export function packFields(out: usize, a: usize, s: i32, n: usize): void {
  const mask = u64.MAX_VALUE >> (64 - s);
  const end = n << 3;
  let word: u64 = 0;
  let filled = 0;
  for (let i: usize = 0; i < end; i += 8) {
    const field = load<u64>(a + i) & mask;
    word |= field << filled;
    filled += s;
    if (filled >= 64) {
      store<u64>(out, word);
      out += 8;
      filled -= 64;
      // What did not fit. Two shifts, because one by 64 would be one by 0.
      word = (field >> 1) >> (s - 1 - filled);
    }
  }
  if (filled > 0) store<u64>(out, word);
}

export function unpackFields(out: usize, packed: usize, s: i32, n: usize): void {
  const mask = u64.MAX_VALUE >> (64 - s);
  const end = n << 3;
  let word: u64 = 0;
  let left = 0;
  for (let i: usize = 0; i < end; i += 8) {
    let field = word;
    if (left < s) {
      word = load<u64>(packed);
      packed += 8;
      field |= word << left;
      // What this field leaves of the word. Two shifts, because one by 64 would be one by 0.
      word = (word >> 1) >> (s - 1 - left);
      left += 64 - s;
    } else {
      word >>= s;
      left -= s;
    }
    store<u64>(out + i, field & mask);
  }
}

/**
 * The ChaCha20 stream (D. J. Bernstein, 2008; RFC 8439 with its original 64-bit counter and a nonce of zero), straight into linear memory:
 * four blocks at a time, the same word of each in one vector.
 * @module
 */

const BLOCK: usize = 64;

// @ts-ignore: decorator
@inline
function rotate16(x: v128): v128 {
  return i8x16.shuffle(x, x, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13);
}
// @ts-ignore: decorator
@inline
function rotate8(x: v128): v128 {
  return i8x16.shuffle(x, x, 3, 0, 1, 2, 7, 4, 5, 6, 11, 8, 9, 10, 15, 12, 13, 14);
}
// @ts-ignore: decorator
@inline
function rotate(x: v128, bits: i32): v128 {
  return v128.or(i32x4.shl(x, bits), i32x4.shr_u(x, 32 - bits));
}

/** Four words of each of four blocks: transposed and stored, `word` words into the blocks. */
// @ts-ignore: decorator
@inline
function store4(out: usize, a: v128, b: v128, c: v128, d: v128): void {
  const ab0 = i8x16.shuffle(a, b, 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
  const ab1 = i8x16.shuffle(a, b, 8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31);
  const cd0 = i8x16.shuffle(c, d, 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
  const cd1 = i8x16.shuffle(c, d, 8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31);
  v128.store(out, i64x2.shuffle(ab0, cd0, 0, 2));
  v128.store(out + BLOCK, i64x2.shuffle(ab0, cd0, 1, 3));
  v128.store(out + 2 * BLOCK, i64x2.shuffle(ab1, cd1, 0, 2));
  v128.store(out + 3 * BLOCK, i64x2.shuffle(ab1, cd1, 1, 3));
}

/** Four blocks from number `block` on. */
function fourBlocks(out: usize, key: usize, block: u64): void {
  const low = i32x4(<i32>block, <i32>(block + 1), <i32>(block + 2), <i32>(block + 3));
  const high = i32x4(
    <i32>(block >> 32), <i32>((block + 1) >> 32), <i32>((block + 2) >> 32), <i32>((block + 3) >> 32),
  );
  let x0 = i32x4.splat(0x61707865);
  let x1 = i32x4.splat(0x3320646e);
  let x2 = i32x4.splat(0x79622d32);
  let x3 = i32x4.splat(0x6b206574);
  let x4 = v128.load32_splat(key);
  let x5 = v128.load32_splat(key + 4);
  let x6 = v128.load32_splat(key + 8);
  let x7 = v128.load32_splat(key + 12);
  let x8 = v128.load32_splat(key + 16);
  let x9 = v128.load32_splat(key + 20);
  let x10 = v128.load32_splat(key + 24);
  let x11 = v128.load32_splat(key + 28);
  let x12 = low;
  let x13 = high;
  let x14 = i32x4.splat(0);
  let x15 = i32x4.splat(0);
  for (let round = 0; round < 10; round++) {
    // Columns, then diagonals.
    x0 = i32x4.add(x0, x4); x1 = i32x4.add(x1, x5); x2 = i32x4.add(x2, x6); x3 = i32x4.add(x3, x7);
    x12 = rotate16(v128.xor(x12, x0)); x13 = rotate16(v128.xor(x13, x1)); x14 = rotate16(v128.xor(x14, x2)); x15 = rotate16(v128.xor(x15, x3));
    x8 = i32x4.add(x8, x12); x9 = i32x4.add(x9, x13); x10 = i32x4.add(x10, x14); x11 = i32x4.add(x11, x15);
    x4 = rotate(v128.xor(x4, x8), 12); x5 = rotate(v128.xor(x5, x9), 12); x6 = rotate(v128.xor(x6, x10), 12); x7 = rotate(v128.xor(x7, x11), 12);
    x0 = i32x4.add(x0, x4); x1 = i32x4.add(x1, x5); x2 = i32x4.add(x2, x6); x3 = i32x4.add(x3, x7);
    x12 = rotate8(v128.xor(x12, x0)); x13 = rotate8(v128.xor(x13, x1)); x14 = rotate8(v128.xor(x14, x2)); x15 = rotate8(v128.xor(x15, x3));
    x8 = i32x4.add(x8, x12); x9 = i32x4.add(x9, x13); x10 = i32x4.add(x10, x14); x11 = i32x4.add(x11, x15);
    x4 = rotate(v128.xor(x4, x8), 7); x5 = rotate(v128.xor(x5, x9), 7); x6 = rotate(v128.xor(x6, x10), 7); x7 = rotate(v128.xor(x7, x11), 7);

    x0 = i32x4.add(x0, x5); x1 = i32x4.add(x1, x6); x2 = i32x4.add(x2, x7); x3 = i32x4.add(x3, x4);
    x15 = rotate16(v128.xor(x15, x0)); x12 = rotate16(v128.xor(x12, x1)); x13 = rotate16(v128.xor(x13, x2)); x14 = rotate16(v128.xor(x14, x3));
    x10 = i32x4.add(x10, x15); x11 = i32x4.add(x11, x12); x8 = i32x4.add(x8, x13); x9 = i32x4.add(x9, x14);
    x5 = rotate(v128.xor(x5, x10), 12); x6 = rotate(v128.xor(x6, x11), 12); x7 = rotate(v128.xor(x7, x8), 12); x4 = rotate(v128.xor(x4, x9), 12);
    x0 = i32x4.add(x0, x5); x1 = i32x4.add(x1, x6); x2 = i32x4.add(x2, x7); x3 = i32x4.add(x3, x4);
    x15 = rotate8(v128.xor(x15, x0)); x12 = rotate8(v128.xor(x12, x1)); x13 = rotate8(v128.xor(x13, x2)); x14 = rotate8(v128.xor(x14, x3));
    x10 = i32x4.add(x10, x15); x11 = i32x4.add(x11, x12); x8 = i32x4.add(x8, x13); x9 = i32x4.add(x9, x14);
    x5 = rotate(v128.xor(x5, x10), 7); x6 = rotate(v128.xor(x6, x11), 7); x7 = rotate(v128.xor(x7, x8), 7); x4 = rotate(v128.xor(x4, x9), 7);
  }
  store4(out, i32x4.add(x0, i32x4.splat(0x61707865)), i32x4.add(x1, i32x4.splat(0x3320646e)), i32x4.add(x2, i32x4.splat(0x79622d32)), i32x4.add(x3, i32x4.splat(0x6b206574)));
  store4(out + 16, i32x4.add(x4, v128.load32_splat(key)), i32x4.add(x5, v128.load32_splat(key + 4)), i32x4.add(x6, v128.load32_splat(key + 8)), i32x4.add(x7, v128.load32_splat(key + 12)));
  store4(out + 32, i32x4.add(x8, v128.load32_splat(key + 16)), i32x4.add(x9, v128.load32_splat(key + 20)), i32x4.add(x10, v128.load32_splat(key + 24)), i32x4.add(x11, v128.load32_splat(key + 28)));
  store4(out + 48, i32x4.add(x12, low), i32x4.add(x13, high), x14, x15);
}

/** `bytes` bytes of the stream from block number `block` on; key: 32 bytes, scratch: 256. */
export function chacha20(out: usize, key: usize, block: u64, bytes: usize, scratch: usize): void {
  let at: usize = 0;
  for (; at + 4 * BLOCK <= bytes; at += 4 * BLOCK, block += 4) fourBlocks(out + at, key, block);
  if (at == bytes) return;
  fourBlocks(scratch, key, block);
  memory.copy(out + at, scratch, bytes - at);
}

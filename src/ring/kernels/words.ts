/**
 * What the kernels share, inlined into each: not exported from the module.
 * @module
 */

/** Bytes of those of n elements that fill whole vectors of two. */
// @ts-ignore: decorator
@inline
export function pairedBytes(n: usize): usize {
  return (n >> 1) << 4;
}

/** A loop, because a bulk copy of a short row spends its time on the call. */
// @ts-ignore: decorator
@inline
export function copyWords(out: usize, a: usize, bytes: usize): void {
  const end = bytes & ~15;
  for (let i: usize = 0; i < end; i += 16) v128.store(out + i, v128.load(a + i));
  if (bytes & 8) store<u64>(out + end, load<u64>(a + end));
}

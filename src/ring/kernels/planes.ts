/**
 * Bit planes: one bit of each of n elements in `words` u64 words; words is a multiple of 2 so that v128 never splits. Inlined, not exported
 * from the module.
 * @module
 */

// @ts-ignore: decorator
@inline
export function at(base: usize, plane: i32, words: i32, w: i32): usize {
  return base + (((<usize>plane) * words + w) << 3);
}
// @ts-ignore: decorator
@inline
export function get(base: usize, plane: i32, words: i32, w: i32): v128 {
  return v128.load(at(base, plane, words, w));
}
// @ts-ignore: decorator
@inline
export function put(base: usize, plane: i32, words: i32, w: i32, value: v128): void {
  v128.store(at(base, plane, words, w), value);
}

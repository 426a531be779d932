// Sums of chunks under public signs. Every chunk has the same signs: that of its entry j in test t is bit t·width + j, with width the longest chunk's length.
// Four entries have sixteen signed sums, which all tests choose from.

// @ts-ignore: decorator
@inline
function addTo(at: usize, x: u64): void {
  store<u64>(at, load<u64>(at) + x);
}

/** signed[b] = Σ ±a[i] over four entries, minus where bit i of b is set. */
function fillSigned(signed: usize, a: usize): void {
  const x0 = load<u64>(a);
  const x1 = load<u64>(a, 8);
  const x2 = load<u64>(a, 16);
  const x3 = load<u64>(a, 24);
  for (let high = 0; high < 4; high++) {
    const rest = (high & 1 ? 0 - x2 : x2) + (high & 2 ? 0 - x3 : x3);
    const at = signed + ((<usize>high) << 5);
    store<u64>(at, rest + x0 + x1);
    store<u64>(at, rest - x0 + x1, 8);
    store<u64>(at, rest + x0 - x1, 16);
    store<u64>(at, rest - x0 - x1, 24);
  }
}

/** out[t·chunks + k] = Σ ±a[i] over the entries of chunk k, with 128 bytes of scratch. */
export function randomSums(
  out: usize,
  a: usize,
  signs: usize,
  n: i32,
  chunk: i32,
  tests: i32,
  scratch: usize,
): void {
  const chunks = (n + chunk - 1) / chunk;
  const width = min(n, chunk);
  const stride = (<usize>chunks) << 3;
  memory.fill(out, 0, stride * tests);
  for (let k = 0; k < chunks; k++) {
    const from = a + ((<usize>k * chunk) << 3);
    const count = min(n - k * chunk, chunk);
    const sums = out + ((<usize>k) << 3);
    // In a width that is no multiple of four a test's signs begin anywhere.
    const grouped = (width & 3) == 0 ? count & ~3 : 0;
    for (let j = 0; j < grouped; j += 4) {
      fillSigned(scratch, from + ((<usize>j) << 3));
      let bit = j;
      let sum = sums;
      for (let t = 0; t < tests; t++) {
        const four = (<usize>load<u8>(signs + (bit >> 3)) >> (bit & 4)) & 15;
        addTo(sum, load<u64>(scratch + (four << 3)));
        bit += width;
        sum += stride;
      }
    }
    for (let j = grouped; j < count; j++) {
      const x = load<u64>(from + ((<usize>j) << 3));
      for (let t = 0; t < tests; t++) {
        const bit = t * width + j;
        const minus: u64 = 0 - (<u64>(load<u8>(signs + (bit >> 3)) >> (bit & 7)) & 1);
        addTo(sums + stride * t, (x ^ minus) - minus);
      }
    }
  }
}

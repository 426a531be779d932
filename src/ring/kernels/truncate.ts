// Truncation by s bits of a masked value m with mask r: c = m + o, o = 2^offsetBits, u = r >>> s, b = top bit of r,
// w = b·(1 − top bit of c).
// b and ρ lie in lanes of 16, 32 or 64 bits, of which s count.

// @ts-ignore: decorator
@inline
function loadLane(base: usize, i: i32, lane: i32): u64 {
  if (lane == 16) return load<u16>(base + ((<usize>i) << 1));
  return lane == 32 ? load<u32>(base + ((<usize>i) << 2)) : load<u64>(base + ((<usize>i) << 3));
}

/** Dealer: u and b. */
export function truncateDeal(outU: usize, outB: usize, r: usize, s: i32, lane: i32, n: i32): void {
  for (let i = 0; i < n; i++) {
    const o = (<usize>i) << 3;
    const mask = load<u64>(r + o);
    const bit = mask >> 63;
    store<u64>(outU + o, mask >> s);
    if (lane == 16) store<u16>(outB + ((<usize>i) << 1), <u16>bit);
    else if (lane == 32) store<u32>(outB + ((<usize>i) << 2), <u32>bit);
    else store<u64>(outB + o, bit);
  }
}

/** Evaluator: share of t = w + ρ; only its low s bits count. */
export function truncateCarry(out: usize, m: usize, b: usize, rho: usize, lane: i32, n: i32, offsetBits: i32): void {
  const offset: u64 = (<u64>1) << offsetBits;
  for (let i = 0; i < n; i++) {
    const o = (<usize>i) << 3;
    const top = (load<u64>(m + o) + offset) >> 63;
    store<u64>(out + o, loadLane(rho, i, lane) + (top ? 0 : loadLane(b, i, lane)));
  }
}

/** Evaluator: the masked value (c >>> s) − (o >>> s) + 2^(64−s)·t. */
export function truncateValue(out: usize, m: usize, t: usize, s: i32, n: i32, offsetBits: i32): void {
  const offset: u64 = (<u64>1) << offsetBits;
  for (let i = 0; i < n; i++) {
    const o = (<usize>i) << 3;
    store<u64>(out + o, ((load<u64>(m + o) + offset) >> s) - (offset >> s) + (load<u64>(t + o) << (64 - s)));
  }
}

/** Both: u + 2^(64−s)·ρ, the mask of the truncated value, or a share of it. */
export function truncateMask(out: usize, u: usize, rho: usize, s: i32, lane: i32, n: i32): void {
  for (let i = 0; i < n; i++) {
    const o = (<usize>i) << 3;
    store<u64>(out + o, load<u64>(u + o) + (loadLane(rho, i, lane) << (64 - s)));
  }
}

/** Evaluator: additive share of the truncated value: (c >>> s) − (o >>> s) (first) + 2^(64−s)·[w] − [u]. */
export function truncateShare(
  out: usize,
  m: usize,
  u: usize,
  b: usize,
  s: i32,
  lane: i32,
  n: i32,
  first: bool,
  offsetBits: i32,
): void {
  const offset: u64 = (<u64>1) << offsetBits;
  for (let i = 0; i < n; i++) {
    const o = (<usize>i) << 3;
    const c = load<u64>(m + o) + offset;
    const open = first ? (c >> s) - (offset >> s) : 0;
    const w = c >> 63 ? 0 : loadLane(b, i, lane) << (64 - s);
    store<u64>(out + o, open + w - load<u64>(u + o));
  }
}

// Truncation by s bits of a masked value m with mask r: c = m + 2^62, u = r >>> s, b = top bit of r, w = b·(1 − top bit of c).
const OFFSET: u64 = 0x4000000000000000;

/** Dealer: u and b. */
export function truncateDeal(outU: usize, outB: usize, r: usize, s: i32, n: i32): void {
  for (let i = 0; i < n; i++) {
    const o = (<usize>i) << 3;
    const mask = load<u64>(r + o);
    store<u64>(outU + o, mask >> s);
    store<u64>(outB + o, mask >> 63);
  }
}

/** Evaluator: share of t = w + ρ; only its low s bits count. */
export function truncateCarry(out: usize, m: usize, b: usize, rho: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    const o = (<usize>i) << 3;
    const top = (load<u64>(m + o) + OFFSET) >> 63;
    store<u64>(out + o, load<u64>(rho + o) + (top ? 0 : load<u64>(b + o)));
  }
}

/** Evaluator: the masked value (c >>> s) − 2^(62−s) + 2^(64−s)·t. */
export function truncateValue(out: usize, m: usize, t: usize, s: i32, n: i32): void {
  for (let i = 0; i < n; i++) {
    const o = (<usize>i) << 3;
    store<u64>(out + o, ((load<u64>(m + o) + OFFSET) >> s) - (OFFSET >> s) + (load<u64>(t + o) << (64 - s)));
  }
}

/** Both: u + 2^(64−s)·ρ, the mask of the truncated value, or a share of it. */
export function truncateMask(out: usize, u: usize, rho: usize, s: i32, n: i32): void {
  for (let i = 0; i < n; i++) {
    const o = (<usize>i) << 3;
    store<u64>(out + o, load<u64>(u + o) + (load<u64>(rho + o) << (64 - s)));
  }
}

/** Evaluator: additive share of the truncated value: (c >>> s) − 2^(62−s) (first) + 2^(64−s)·[w] − [u]. */
export function truncateShare(out: usize, m: usize, u: usize, b: usize, s: i32, n: i32, first: bool): void {
  for (let i = 0; i < n; i++) {
    const o = (<usize>i) << 3;
    const c = load<u64>(m + o) + OFFSET;
    const open = first ? (c >> s) - (OFFSET >> s) : 0;
    const w = c >> 63 ? 0 : load<u64>(b + o) << (64 - s);
    store<u64>(out + o, open + w - load<u64>(u + o));
  }
}

/**
 * Adds samples of a discrete Gaussian, by the table and the rule of `src/privacy/noise/gaussian-table.ts`.
 *
 * Float64 decides only where its error can not matter: the derivation is in docs/explanation/joint-noise.md, "The sampler". Else the kernel stops, and the caller
 * decides exactly.
 * @module
 */

/** Bits of a point that choose where the search for its bin begins, two bytes each. */
const GUIDE_BITS = 10;
const GUIDE_BYTES: usize = 2 << GUIDE_BITS;
/** Two random words an attempt. */
const ATTEMPT: usize = 16;
/** Of the relative error of a threshold: 2^-47. Proved are 13 · 2^-53. */
const ERROR: f64 = 1.0 / 140737488355328.0;

/**
 * e^t for 0 ≤ t < 0.8: Taylor's polynomial of degree 17, whose remainder is below 2^-58. All terms are positive, so that rounding errors shrink
 * on their way inwards.
 */
// @ts-ignore: decorator
@inline
function exponential(t: f64): f64 {
  let sum: f64 = 1.0 + t * (1.0 / 17.0);
  sum = 1.0 + sum * (t * (1.0 / 16.0));
  sum = 1.0 + sum * (t * (1.0 / 15.0));
  sum = 1.0 + sum * (t * (1.0 / 14.0));
  sum = 1.0 + sum * (t * (1.0 / 13.0));
  sum = 1.0 + sum * (t * (1.0 / 12.0));
  sum = 1.0 + sum * (t * (1.0 / 11.0));
  sum = 1.0 + sum * (t * (1.0 / 10.0));
  sum = 1.0 + sum * (t * (1.0 / 9.0));
  sum = 1.0 + sum * (t * (1.0 / 8.0));
  sum = 1.0 + sum * (t * (1.0 / 7.0));
  sum = 1.0 + sum * (t * (1.0 / 6.0));
  sum = 1.0 + sum * (t * (1.0 / 5.0));
  sum = 1.0 + sum * (t * (1.0 / 4.0));
  sum = 1.0 + sum * (t * (1.0 / 3.0));
  sum = 1.0 + sum * (t * (1.0 / 2.0));
  return 1.0 + sum * t;
}

/**
 * Adds up to n samples to the elements at `out`, from up to `attempts` pairs of random words, and leaves at `progress` how many samples were
 * added and how many attempts used, as u32. With some of both left, the next attempt is undecided.
 */
export function addGaussian(
  out: usize, n: usize, random: usize, attempts: usize, table: usize, bins: usize, shift: i32, perSquare: f64, progress: usize,
): void {
  const sums = table + GUIDE_BYTES;
  const end = load<u64>(sums + (bins << 3));
  const offsets = (<u64>1 << shift) - 1;
  const stop = out + (n << 3);
  const last = random + attempts * ATTEMPT;
  let at = out;
  let from = random;
  for (; at < stop && from < last; from += ATTEMPT) {
    const point = load<u64>(from);
    if (point >= end) break;
    let bin = <usize>load<u16>(table + (<usize>(point >> (64 - GUIDE_BITS)) << 1));
    while (point >= load<u64>(sums + (bin << 3), 8)) bin++;
    const sum = load<u64>(sums + (bin << 3), 8);
    const start = load<u64>(sums + (bin << 3));
    const inside = point - start;
    const word = load<u64>(from, 8);
    const offset = word & offsets;
    const edge = <u64>bin << shift;
    const magnitude = edge + offset;
    // Below the height of the next bin there is nothing to reject.
    if (inside + 3 > load<u64>(sums + (bin << 3), 16) - sum) {
      const height = <f64>(sum - start);
      const decay = 1.0 / exponential(<f64>offset * <f64>(magnitude + edge) * perSquare);
      if (<f64>(inside + 1) > (height - 2) * decay * (1 - ERROR)) {
        if (<f64>inside < height * decay * (1 + ERROR)) break;
        continue;
      }
    }
    const sign = <u64>0 - (word >> 63);
    // Zero has but one sign.
    if (magnitude == 0 && sign != 0) continue;
    store<u64>(at, load<u64>(at) + ((magnitude ^ sign) - sign));
    at += 8;
  }
  store<u32>(progress, <u32>((at - out) >> 3));
  store<u32>(progress, <u32>((from - random) / ATTEMPT), 4);
}

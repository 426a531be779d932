// Fourier series on opened values. An angle is a u64 with the full circle at 2^64: `multiplier` times the ring value is an angle, exactly
// so modulo 2^64, and 2j times that, or 2j − 1 times for odd harmonics, the angle of term j. `table` holds round(2^14·cos(2π·i/2^16)) as i16 for i in [0, 2^16).

// @ts-ignore: decorator
@inline
function cosine(table: usize, angle: u64): i64 {
  return <i64>load<i16>(table + ((<usize>((angle + 0x800000000000) >> 48)) << 1));
}
const QUARTER: u64 = 0x4000000000000000;

/**
 * Dealer: for term j of `terms` and mask r, at angle α of r plus the term's phase, round(amplitude_j·cos α) at plane 2(j−1) and
 * round(amplitude_j·sin α) at the next; amplitudes (f64) already carry the table's 2^-14.
 */
export function fourierDeal(
  out: usize, r: usize, amplitudes: usize, phases: usize, terms: i32, multiplier: u64, odd: bool, n: i32, table: usize,
): void {
  for (let j = 1; j <= terms; j++) {
    const harmonic = multiplier * <u64>(odd ? 2 * j - 1 : 2 * j);
    const amplitude = load<f64>(amplitudes + ((<usize>(j - 1)) << 3));
    const phase = load<u64>(phases + ((<usize>(j - 1)) << 3));
    const cosOut = out + (((<usize>(2 * (j - 1))) * n) << 3);
    const sinOut = cosOut + ((<usize>n) << 3);
    for (let i = 0; i < n; i++) {
      const o = (<usize>i) << 3;
      const angle = load<u64>(r + o) * harmonic + phase;
      store<i64>(cosOut + o, <i64>nearest(amplitude * <f64>cosine(table, angle)));
      store<i64>(sinOut + o, <i64>nearest(amplitude * <f64>cosine(table, angle - QUARTER)));
    }
  }
}

/** Evaluator: out[i] = constant + Σ_j cos α·C_j + sin α·S_j, α the angle of c; C, S the dealt shares. */
export function fourierEvaluate(
  out: usize, c: usize, dealt: usize, terms: i32, multiplier: u64, odd: bool, constant: i64, n: i32, table: usize,
): void {
  for (let i = 0; i < n; i++) store<i64>(out + ((<usize>i) << 3), constant);
  for (let j = 1; j <= terms; j++) {
    const harmonic = multiplier * <u64>(odd ? 2 * j - 1 : 2 * j);
    const cosShare = dealt + (((<usize>(2 * (j - 1))) * n) << 3);
    const sinShare = cosShare + ((<usize>n) << 3);
    for (let i = 0; i < n; i++) {
      const o = (<usize>i) << 3;
      const angle = load<u64>(c + o) * harmonic;
      store<i64>(
        out + o,
        load<i64>(out + o) + cosine(table, angle) * load<i64>(cosShare + o) + cosine(table, angle - QUARTER) * load<i64>(sinShare + o),
      );
    }
  }
}

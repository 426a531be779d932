/**
 * The complementary error function.
 * @module
 */

/** erfc(x), to about 1e-14: Maclaurin's series up to 2.5, Laplace's continued fraction beyond. */
export function erfc(x: number): number {
  if (x < 0) return 2 - erfc(-x);
  if (x > 2.5) {
    let fraction = x;
    for (let k = 100; k > 0; k--) fraction = x + k / 2 / fraction;
    return Math.exp(-x * x) / (fraction * Math.sqrt(Math.PI));
  }
  // erf x = 2x·e^(−x²)/√π · Σ (2x²)^k / (1·3·5 … (2k + 1)): all terms positive.
  let [term, sum] = [1, 1];
  for (let k = 1; k < 80; k++) {
    term *= (2 * x * x) / (2 * k + 1);
    sum += term;
  }
  return 1 - (2 * x * Math.exp(-x * x) * sum) / Math.sqrt(Math.PI);
}

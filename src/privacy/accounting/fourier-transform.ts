/**
 * The discrete Fourier transform in float64: radix 2, in place, of a length that is a power of two.
 * @module
 */

export interface ComplexNumbers {
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
}

/**
 * Error of a transform, as a part of the root mean square of its result: 2^-50 for each of log₂ n levels. Higham 2002, "Accuracy and
 * Stability of Numerical Algorithms", theorem 24.2 has less than 7·2^-53 with twiddles that are as exact as these.
 */
export const transformError = (length: number): number => Math.log2(length) * 2 ** -50;

/** ∑ⱼ zⱼ e^(−2πi jk/n) in place of zₖ. */
export function fourierTransform({ real, imaginary }: ComplexNumbers): void {
  const n = real.length;
  reverseBits(real);
  reverseBits(imaginary);
  const { real: cosines, imaginary: sines } = twiddles(n);
  for (let half = 1; half < n; half *= 2) {
    const stride = n / (2 * half);
    for (let start = 0; start < n; start += 2 * half) {
      for (let j = 0; j < half; j++) {
        const a = start + j;
        const b = a + half;
        const c = cosines[j * stride];
        const s = sines[j * stride];
        const re = real[b] * c - imaginary[b] * s;
        const im = real[b] * s + imaginary[b] * c;
        real[b] = real[a] - re;
        imaginary[b] = imaginary[a] - im;
        real[a] += re;
        imaginary[a] += im;
      }
    }
  }
}

/** Of the latest length: there and back are of one. */
let latest: ComplexNumbers | undefined;

/** e^(−2πi j/n) for the first half of all j. */
function twiddles(n: number): ComplexNumbers {
  if (latest?.real.length === n / 2) return latest;
  latest = { real: new Float64Array(n / 2), imaginary: new Float64Array(n / 2) };
  for (let j = 0; j < n / 2; j++) {
    latest.real[j] = Math.cos((2 * Math.PI * j) / n);
    latest.imaginary[j] = -Math.sin((2 * Math.PI * j) / n);
  }
  return latest;
}

function reverseBits(values: Float64Array): void {
  const n = values.length;
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; (j & bit) !== 0; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      const value = values[i];
      values[i] = values[j];
      values[j] = value;
    }
  }
}

/**
 * A smooth function of a masked value on a bounded interval, by a Fourier series: no round at all.
 *
 * For x = c − r with c public and r the mask, cos(ωx − φ) = cos(ωc)·cos(ωr + φ) + sin(ωc)·sin(ωr + φ): public cosines and sines of c
 * (14 bits) times dealt shares of amplitude·cos(ωr + φ) and amplitude·sin(ωr + φ). As a ring value, a frequency is an integer, so that masking modulo 2^64 turns
 * every angle by whole circles. Result: additive shares at scale 14 + dealtBits.
 * Error: that of the fit, plus at most Σ_j |a_j|·(√2·2^-14 + 2π·2^-16) for the table, plus terms·2^(1−dealtBits).
 * Correction: 16·terms bytes an element. Leaks nothing. Outside the fitted interval the result is wrong but bounded: watch it.
 * @module
 */
import { invariant } from '../errors.ts';
import { dealt, type Material } from './consumption.ts';
import { type FitWanted, type FourierSeries, fitFourier } from './fourier-fit.ts';
import type { DealtTensor, Machine, PublicTensor, ShareTensor } from './tensors.ts';

/**
 * Functions with a series. `softplus` is log(1 + eˣ) − x/2, the even part; `exp` is for arguments from −12 to 0; `reciprocal to K` and
 * `log to K` are for arguments from 1 to K, `inverse root` is for arguments from 1 to ROOT_HIGH.
 */
export type SmoothFunction = 'sigmoid' | 'softplus' | 'exp' | 'inverse root' | `${'reciprocal' | 'log'} to ${number}`;

/** Fractional bits of the public table. */
export const TABLE_BITS = 14;
const TABLE_SIZE = 2 ** 16;
const INTERVAL = 28;
const symmetric = { low: -INTERVAL, high: INTERVAL, antiperiod: 36, terms: 14, oddHarmonics: true } as const;
/** Below it, eˣ counts as 0. */
export const EXP_LOW = -12;
/** A little above 4: what is scaled by powers of four lies below it. */
export const ROOT_HIGH = 4.1;
/** Most classes that a softmax can have. */
export const MAX_CLASSES = 32;

const evenSoftplus = (x: number) => Math.log1p(Math.exp(-Math.abs(x))) + Math.abs(x) / 2;
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

const fits = new Map<SmoothFunction, FourierSeries>();

/** The series that stands for a function: always the same one. */
export function seriesOf(name: SmoothFunction): FourierSeries {
  const known = fits.get(name);
  if (known !== undefined) return known;
  const fit = fitFourier(wanted(name));
  fits.set(name, fit);
  return fit;
}

/** The function itself, in float64. */
export function exactFunction(name: SmoothFunction): (x: number) => number {
  return wanted(name).f;
}

function wanted(name: SmoothFunction): FitWanted {
  if (name === 'sigmoid') return { f: sigmoid, symmetry: 'odd', ...symmetric };
  if (name === 'softplus') return { f: evenSoftplus, symmetry: 'even', ...symmetric };
  const free = { symmetry: 'none', oddHarmonics: false } as const;
  if (name === 'exp') return { f: Math.exp, low: EXP_LOW, high: 0, antiperiod: 17, terms: 12, ...free };
  if (name === 'inverse root') {
    // Below its interval, where nobody takes the result, a twin in float64 must not divide by 0.
    return { f: (x) => 1 / Math.sqrt(Math.max(1, x)), low: 1, high: ROOT_HIGH, antiperiod: 5.5, terms: 6, ...free };
  }
  const [kind, , upTo] = name.split(' ');
  const high = Number(upTo);
  const reach = { low: 1, high, antiperiod: high + 1.7, terms: Math.max(7, high + 2) };
  return { f: kind === 'log' ? Math.log : (x) => 1 / x, ...reach, ...free };
}

/** Largest |value| that a series can give anywhere, inside its interval or not. */
export function seriesBound({ constant, amplitudes }: FourierSeries): number {
  return Math.abs(constant) + amplitudes.reduce((sum, a) => sum + Math.abs(a), 0);
}

export const fourierMaterial = (series: FourierSeries, count: number): readonly [sinesAndCosines: Material] => [
  dealt(2 * series.amplitudes.length * count),
];

export const COSINE_TABLE_BYTES = 2 * TABLE_SIZE;
let cosines: Int16Array | undefined;

/** round(2^14·cos(2π·i/2^16)), as the kernels read it: 128 KiB, made once in a process. */
export function cosineTable(): Uint8Array {
  cosines ??= Int16Array.from({ length: TABLE_SIZE }, (_, i) =>
    Math.round(2 ** TABLE_BITS * Math.cos((2 * Math.PI * i) / TABLE_SIZE)),
  );
  return new Uint8Array(cosines.buffer);
}

/**
 * Most fractional bits of an argument: what takes it to an angle is still above 2^17, so rounding that to an integer bends a frequency by
 * less than 2^-18, which adds less than 3e-5 to the error of the sigmoid on its interval, and 1.2e-4 to that of the softplus.
 */
export const ARGUMENT_BITS = 40;

/** What takes a ring value to the angle of the first harmonic. */
function angleMultiplier(series: FourierSeries, fractionalBits: number): bigint {
  invariant(fractionalBits <= ARGUMENT_BITS, `the argument of a series has at most ${ARGUMENT_BITS} fractional bits`);
  return BigInt(Math.round(2 ** (64 - fractionalBits) / (2 * series.antiperiod)));
}

/** The phases as angles with the full circle at 2^64. */
export function dealtPhases(series: FourierSeries, out: BigUint64Array): void {
  series.phases.forEach((phase, j) => {
    out[j] = BigInt.asUintN(64, BigInt(Math.round((phase / (2 * Math.PI)) * 2 ** 48)) << 16n);
  });
}

/** The amplitudes that the dealer deals: times `scale`, at `dealtBits`, freed of the table's scale. */
export function dealtAmplitudes(series: FourierSeries, scale: number, dealtBits: number, out: Float64Array): void {
  series.amplitudes.forEach((a, j) => {
    out[j] = a * scale * 2 ** (dealtBits - TABLE_BITS);
  });
}

export function dealFourier(
  { kernels }: Machine,
  series: FourierSeries,
  mask: DealtTensor,
  fractionalBits: number,
  amplitudes: number,
  phases: number,
  sinesAndCosines: DealtTensor,
  count: number,
  table: number,
): void {
  const terms = series.amplitudes.length;
  const multiplier = angleMultiplier(series, fractionalBits);
  const { oddHarmonics } = series;
  kernels.fourierDeal(sinesAndCosines.at, mask.at, amplitudes, phases, terms, multiplier, oddHarmonics, count, table);
}

export function evaluateFourier(
  { kernels, first }: Machine,
  series: FourierSeries,
  value: PublicTensor,
  fractionalBits: number,
  scale: number,
  dealtBits: number,
  sinesAndCosines: ShareTensor,
  out: ShareTensor,
  count: number,
  table: number,
): void {
  const constant = first ? BigInt(Math.round(series.constant * scale * 2 ** (TABLE_BITS + dealtBits))) : 0n;
  kernels.fourierEvaluate(
    out.at,
    value.at,
    sinesAndCosines.at,
    series.amplitudes.length,
    angleMultiplier(series, fractionalBits),
    series.oddHarmonics,
    constant,
    count,
    table,
  );
}

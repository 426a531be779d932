/**
 * Near-minimax fits by odd harmonics: weighted least squares on a fixed grid, with Lawson's reweighting (1961) towards equal ripples.
 * Deterministic: every node computes the same amplitudes for its plan.
 *
 * A series of odd harmonics goes on beyond its interval by itself: an odd one mirrors at half the antiperiod A, f(A − x) = f(x), where a
 * sigmoid is flat; an even one turns over there, f(A − x) = 2·f(A/2) − f(x), where a softplus is straight. So neither has a second bend
 * to spend harmonics on, and A may be little longer than the interval: 14 terms do what 24 harmonics of a period of 64 do.
 * @module
 */

export interface FourierSeries {
  /** f(x) = constant + Σ_j amplitude_j·cos(h_j·π·x/antiperiod − phase_j), h_j = 2j − 1 where odd harmonics are meant, otherwise 2j. */
  readonly oddHarmonics: boolean;
  readonly antiperiod: number;
  readonly constant: number;
  readonly amplitudes: readonly number[];
  readonly phases: readonly number[];
  /** Where the fit holds. */
  readonly low: number;
  readonly high: number;
  /** Largest error seen on the grid. */
  readonly error: number;
}

/** What to fit: a function that is odd around its value at 0, even, or neither; the first two have low = −high. */
export interface FitWanted {
  readonly f: (x: number) => number;
  readonly symmetry: 'odd' | 'even' | 'none';
  readonly low: number;
  readonly high: number;
  readonly antiperiod: number;
  readonly terms: number;
  readonly oddHarmonics: boolean;
}

const GRID = 300;
const ITERATIONS = 24;
/** Amplitudes are multiples of this, so that a last-bit difference between platforms can not change a plan. */
const QUANTUM = 2 ** -30;

/** Solves min Σ weight·(A·x − y)² by modified Gram-Schmidt; columns of A. */
function leastSquares(columns: readonly Float64Array[], y: Float64Array, weights: Float64Array): number[] {
  const n = columns.length;
  const root = weights.map(Math.sqrt);
  const q = columns.map((column) => column.map((value, i) => value * root[i]));
  const rest = y.map((value, i) => value * root[i]);
  const r = columns.map(() => new Float64Array(n));
  const dot = (a: Float64Array, b: Float64Array) => {
    let sum = 0;
    for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
    return sum;
  };
  const subtract = (a: Float64Array, b: Float64Array, factor: number) => {
    for (let i = 0; i < a.length; i++) a[i] -= factor * b[i];
  };
  const c = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    const norm = Math.sqrt(dot(q[j], q[j]));
    r[j][j] = norm;
    for (let i = 0; i < q[j].length; i++) q[j][i] /= norm;
    for (let k = j + 1; k < n; k++) {
      r[j][k] = dot(q[j], q[k]);
      subtract(q[k], q[j], r[j][k]);
    }
    c[j] = dot(q[j], rest);
    subtract(rest, q[j], c[j]);
  }
  const x = new Array<number>(n).fill(0);
  for (let j = n - 1; j >= 0; j--) {
    let sum = c[j];
    for (let k = j + 1; k < n; k++) sum -= r[j][k] * x[k];
    x[j] = sum / r[j][j];
  }
  return x;
}

export function fitFourier({ f, symmetry, low, high, antiperiod, terms, oddHarmonics }: FitWanted): FourierSeries {
  // Chebyshev points: denser at the ends, where the fit is worst. A symmetric function needs one half.
  const from = symmetry === 'none' ? low : 0;
  const xs = Float64Array.from(
    { length: GRID },
    (_, i) => from + ((high - from) * (1 - Math.cos((Math.PI * i) / (GRID - 1)))) / 2,
  );
  const offset = symmetry === 'odd' ? f(0) : 0;
  const y = xs.map((x) => f(x) - offset);
  const harmonics = (wave: (angle: number) => number) =>
    Array.from({ length: terms }, (_, j) =>
      xs.map((x) => wave(((2 * (j + 1) - (oddHarmonics ? 1 : 0)) * Math.PI * x) / antiperiod)),
    );
  const columns = [
    ...(symmetry === 'odd' ? [] : [xs.map(() => 1), ...harmonics(Math.cos)]),
    ...(symmetry === 'even' ? [] : harmonics(Math.sin)),
  ];
  const weights = new Float64Array(GRID).fill(1 / GRID);
  let best: { solution: number[]; error: number } | undefined;
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const solution = leastSquares(columns, y, weights).map((a) => Math.round(a / QUANTUM) * QUANTUM);
    const fitted = new Float64Array(GRID);
    columns.forEach((column, j) => {
      for (let i = 0; i < GRID; i++) fitted[i] += column[i] * solution[j];
    });
    const residuals = y.map((value, i) => Math.abs(value - fitted[i]));
    const error = Math.max(...residuals);
    if (best === undefined || error < best.error) best = { solution, error };
    let total = 0;
    for (let i = 0; i < GRID; i++) {
      weights[i] *= residuals[i] + 1e-12;
      total += weights[i];
    }
    for (let i = 0; i < GRID; i++) weights[i] /= total;
  }
  const { solution, error } = best ?? { solution: [], error: Number.POSITIVE_INFINITY };
  const constant = symmetry === 'odd' ? offset : solution[0];
  const none = new Array<number>(terms).fill(0);
  const cosines = symmetry === 'odd' ? none : solution.slice(1, terms + 1);
  const sines = symmetry === 'even' ? none : solution.slice(solution.length - terms);
  return {
    oddHarmonics,
    antiperiod,
    constant,
    amplitudes: cosines.map((a, j) => Math.hypot(a, sines[j])),
    phases: cosines.map((a, j) => Math.atan2(sines[j], a)),
    low,
    high,
    error,
  };
}

/**
 * The privacy loss of one occurrence of an event, on a grid that never understates it.
 *
 * Outcomes whose loss L lies between two grid points are split over the two, such that their probabilities under P and under Q stay what they
 * are. The pair on the grid has the true one as a post-processing (merge what was split), so it dominates it; Doroshenko et al. 2022,
 * "Connect the dots" (arXiv 2207.04380), show that no other pair on the grid is tighter.
 *
 * Probabilities are tilted by e^{θL}: what matters at a small δ then has the weight that it has there, and rounding is relative to it.
 * @module
 */
import {
  type Alternative,
  type Direction,
  largestShift,
  logRatio,
  logRatioSlope,
  type Mixture,
  type RepeatedPair,
} from './dominating-pair.ts';
import { logMoment } from './renyi.ts';

export interface TiltedLosses {
  /** Loss of the first value, in steps of the grid. */
  readonly first: number;
  /** Sum 1. */
  readonly probabilities: Float64Array;
  /** log ∑ p·e^{θL} before that. */
  readonly logMoment: number;
  /** Probability under P of the outcomes that were left out; their loss counts as infinite. */
  readonly leftOut: number;
}

export interface LossGrid {
  readonly direction: Direction;
  readonly theta: number;
  /** Distance of the grid's points: a power of two, so that all of them are exact. */
  readonly step: number;
  /** Deviations from the means of P after which outcomes are left out. */
  readonly reach: number;
}

/** Grid points of a discretised loss, about. */
export function gridLength({ alternatives }: RepeatedPair, grid: LossGrid): number {
  const [smallest, largest] = extent(alternatives, grid);
  return (largest - smallest) / grid.step;
}

export function discretise(pair: RepeatedPair, grid: LossGrid): TiltedLosses {
  const { direction, theta, step, reach } = grid;
  const [smallest, largest] = extent(pair.alternatives, grid);
  const first = Math.floor(smallest / step) - 1;
  const probabilities = new Float64Array(Math.ceil(largest / step) + 2 - first);
  const moment = logMoment(pair, direction, theta);
  for (const alternative of pair.alternatives) spread(alternative, grid, moment, first, probabilities);
  const sum = probabilities.reduce((total, value) => total + value, 0);
  for (let i = 0; i < probabilities.length; i++) probabilities[i] /= sum;
  // Two tails of a Gaussian, each at most e^(−reach²/2)/2.
  return { first, probabilities, logMoment: moment + Math.log(sum), leftOut: Math.exp((-reach * reach) / 2) };
}

/** The outcomes that are not left out. */
function interval(mixture: Mixture, { direction, reach }: LossGrid): [from: number, to: number] {
  return [-reach, (direction === 'remove' ? largestShift(mixture) : 0) + reach];
}

function extent(alternatives: readonly Alternative[], grid: LossGrid): [smallest: number, largest: number] {
  const sign = grid.direction === 'remove' ? 1 : -1;
  const ends = alternatives.flatMap(({ mixture }) => interval(mixture, grid).map((x) => sign * logRatio(mixture, x)));
  return [Math.min(...ends), Math.max(...ends)];
}

/** Gauss and Legendre's rules on −1 … 1, with four nodes and with two. */
const WIDE = {
  nodes: [-0.8611363115940526, -0.3399810435848563, 0.3399810435848563, 0.8611363115940526],
  weights: [0.3478548451374538, 0.6521451548625461, 0.6521451548625461, 0.3478548451374538],
};
const NARROW = { nodes: [-Math.sqrt(1 / 3), Math.sqrt(1 / 3)], weights: [1, 1] };
/** A piece on which no density grows or falls by more than e^¼: four nodes err there by less than 2^-46 of it, and two on a 64th. */
const MOST_GROWTH = 0.25;
const NARROW_PART = 64;

/** Walks over the outcomes from grid point to grid point of the log ratio, in pieces. */
function spread(
  { weight, mixture }: Alternative,
  grid: LossGrid,
  moment: number,
  first: number,
  out: Float64Array,
): void {
  const { direction, theta, step, reach } = grid;
  const widest = MOST_GROWTH / (reach + 2 * largestShift(mixture));
  const [from, to] = interval(mixture, grid);
  const isRemove = direction === 'remove';
  const tiltOfStep = Math.exp(theta * step);
  let cell = Math.floor(logRatio(mixture, from) / step);
  for (let x = from; x < to; ) {
    let end = Math.min(x + widest, to);
    const boundary = (cell + 1) * step;
    const isCut = logRatio(mixture, end) > boundary;
    if (isCut) end = crossing(mixture, boundary, x, end);
    const lower = isRemove ? cell : -(cell + 1);
    const { nodes, weights } = (end - x) * NARROW_PART < widest ? NARROW : WIDE;
    for (let node = 0; node < nodes.length; node++) {
      const at = x + ((1 + nodes[node]) * (end - x)) / 2;
      const ratio = logRatio(mixture, at);
      const beyondLower = isRemove ? ratio - lower * step : -ratio - lower * step;
      const toUpper = Math.expm1(-beyondLower) / Math.expm1(-step);
      const exponent = (isRemove ? ratio : 0) - (at * at) / 2 + theta * lower * step - moment;
      const mass = ((weight * weights[node] * (end - x)) / 2 / Math.sqrt(2 * Math.PI)) * Math.exp(exponent);
      out[lower - first] += mass * (1 - toUpper);
      out[lower + 1 - first] += mass * toUpper * tiltOfStep;
    }
    x = end;
    if (isCut) cell++;
  }
}

/** Where the log ratio is `target`, by Newton's method: as the ratio is convex, it comes from above after the first step. */
function crossing(mixture: Mixture, target: number, below: number, above: number): number {
  let x = below;
  for (let i = 0; i < MOST_NEWTON_STEPS; i++) {
    const next = Math.min(above, x + (target - logRatio(mixture, x)) / logRatioSlope(mixture, x));
    if (Math.abs(next - x) <= 2 ** -50 * (1 + Math.abs(x))) break;
    x = next;
  }
  return Math.max(x, below);
}

const MOST_NEWTON_STEPS = 30;

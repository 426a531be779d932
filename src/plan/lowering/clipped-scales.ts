/**
 * Scales and bounds of a step that clips each row's gradient, all from public numbers: what the data, the weights and the norms of
 * rows that are kept can be.
 *
 * Nothing of a single row may trip an alarm, so nothing of it is watched. It is proved instead:
 * - |z₁| of a hidden layer is what the ring can hold, up to 2^63: the weights behind it are too many to watch exactly. Its truncation
 *   is right wherever its sign lets it through, so h₁ ≥ −2^−12 holds of every ring value. Without hidden layers |z₁| follows from the range of the
 *   data and of the weights.
 * - A row whose hidden layer has ‖h‖² from KEPT_BELOW on is left out, in secret, like padding. Of the others |z| ≤ ‖h‖·‖W‖ + limit (Cauchy and
 *   Schwarz) and ‖δ‖ ≤ ‖W‖·‖δ of the next layer‖. ‖W‖, the Frobenius norm, belongs to the weights, so it is watched.
 * - What happens to a row that is left out stays in that row, and its factor is exactly 0.
 * @module
 */

import { invariant } from '../../errors.ts';
import type { ActivationName } from '../../graph/layers/activation.ts';
import { shortFormOf } from '../../graph/layers/short-form.ts';
import { type Architecture, layerShapes } from '../../graph/mlp.ts';
import type { Output } from '../../graph/output.ts';
import { seriesBound, seriesOf } from '../../protocol/fourier.ts';
import { productBits } from '../../protocol/product.ts';
import { refusal } from '../refusal.ts';
import { HEADROOM_BITS } from '../write/value-table.ts';

export interface ClippedSetting {
  readonly evaluators: number;
  readonly architecture: Architecture;
  /** Rows of a step, padding among them. */
  readonly batch: number;
  /** Largest norm of what a row gives. */
  readonly limit: number;
  /** The least and the most that the factor of a row is, in any step, where nothing is clipped. */
  readonly by: { readonly least: number; readonly most: number };
  readonly dataClip: number;
  /** The largest weight of a row in the loss. Absent: rows have none. */
  readonly largestWeight?: number;
  /** What no weight and no bias is beyond. */
  readonly weightLimit: number;
  /** Fractional bits of the parameters: sums over rows have no fewer. */
  readonly parameterBits: number;
  /** Fractional bits of what the first layer gives. */
  readonly firstOutputBits: number;
  /** Fractional bits of the first layer's clipped gradients, where `first-layer.ts` fixes them. */
  readonly firstGradientBits?: number;
}

export interface ClippedLayerScales {
  readonly cols: number;
  /** What no entry of the input is beyond, in rows that the layers before keep. */
  readonly largestInput: number;
  /** Rows whose input has a squared norm from here on are left out. */
  readonly keptBelow?: number;
  /** ‖a‖² of a row that is kept, */
  readonly squaredInput: number;
  /** ‖δ‖ of it, */
  readonly gradientNorm: number;
  /** and |z|. */
  readonly largestOutput: number;
  /** The Frobenius norm of the weights that this builds on, where it is to be watched. */
  readonly weightNorm?: number;
  /** Fractional bits of δ times the factor, at the most. */
  readonly contributionBits: number;
}

export interface ClippedScales extends ClippedSetting {
  readonly layers: readonly ClippedLayerScales[];
  /** Fractional bits of (‖a‖² + 1)/limit², */
  readonly inputBits: number;
  /** of δ, */
  readonly gradientBits: number;
  /** and of an inverse root. */
  readonly rootBits: number;
  /** (norm/limit)² is below 4^(last + 1). */
  readonly last: number;
  /** What an element of δ times the factor can be, and of a sum over the rows. */
  readonly largestContribution: number;
  readonly largestSum: number;
}

/** ‖h‖ of a layer in use is seldom beyond 20. */
const KEPT_BELOW = 2 ** 12;
/** A ring value is below 2^63. */
const RING_BITS = 63;
/** He's weights have a norm of √(2·columns); twice that, and at least this. */
const WEIGHT_NORM = 2 ** 5;
/** ‖p − y‖² of probabilities, each of at most 32 wrong by 2e-3. */
const SOFTMAX_GRADIENT = Math.sqrt(2) + 2e-3 * Math.sqrt(32);
/** The rounding of what is cut down, and of a series. */
const SLACK = 1.02;
/** Below this a gradient at a layer is too coarse. */
const LEAST_GRADIENT_BITS = 8;
const MOST_GRADIENT_BITS = 20;
/** (‖a‖² + 1)/limit² is right to 2^−8, an inverse root to 2^−10, what is rounded of a contribution adds 2^−12 of the limit. */
const INPUT_PRECISION = 10;
const ROOT_PRECISION = 11;
const CONTRIBUTION_PRECISION = 12;

/** What the Frobenius norm of a layer's weights is to stay below. */
export const weightNormOf = (cols: number): number =>
  Math.max(WEIGHT_NORM, 2 ** Math.ceil(Math.log2(2 * Math.sqrt(2 * cols))));

export function clippedScales(setting: ClippedSetting): ClippedScales {
  const { architecture, limit, by, weightLimit, batch } = setting;
  const shapes = layerShapes(architecture);
  const forward = forwardBounds(setting);
  const gradientNorms = new Array<number>(shapes.length).fill(outputGradient(setting, forward));
  for (let l = shapes.length - 2; l >= 0; l--) {
    const { rows, cols } = shapes[l + 1];
    const norm = Math.min(weightNormOf(cols), weightLimit * Math.sqrt(rows * cols));
    gradientNorms[l] = norm * gradientNorms[l + 1] + roundedGradient(rows);
  }

  const inputBits = Math.max(0, INPUT_PRECISION + Math.ceil(2 * Math.log2(limit)));
  const squared = forward.reduce((sum, { squaredInput }, l) => {
    const input = (squaredInput + 1) / limit ** 2 + 4 * 2 ** -inputBits;
    return sum + SLACK * input * gradientNorms[l] ** 2;
  }, 0);
  const last = Math.max(0, Math.ceil(Math.log2(squared) / 2) - 1);
  // The squared norm is a product of products, and one bit is for rows that are left out.
  const extra = productBits(setting.evaluators);
  const room = HEADROOM_BITS - 1 - 2 * (last + 1) - inputBits - 3 * extra;
  const gradientBits = Math.min(MOST_GRADIENT_BITS, Math.floor(room / 2));
  if (gradientBits < LEAST_GRADIENT_BITS) {
    throw refusal('the gradient of a row', `has too few digits where its norm is clipped to ${limit}`);
  }
  const layers = forward.map((bounds, l): ClippedLayerScales => {
    const { cols, rows } = shapes[l];
    const rounded = Math.sqrt(cols * (bounds.squaredInput + 1)) / (by.least * limit);
    const needed = Math.max(setting.parameterBits, CONTRIBUTION_PRECISION + Math.ceil(Math.log2(rounded)));
    const isWatched = l > 0 && weightNormOf(cols) < weightLimit * Math.sqrt(rows * cols);
    return {
      cols,
      ...bounds,
      gradientNorm: gradientNorms[l],
      ...(isWatched ? { weightNorm: weightNormOf(cols) } : {}),
      contributionBits: l === 0 && setting.firstGradientBits !== undefined ? setting.firstGradientBits : needed,
    };
  });
  const largestContribution = SLACK * by.most * limit;
  return {
    ...setting,
    layers,
    inputBits,
    gradientBits,
    rootBits: ROOT_PRECISION - Math.floor(Math.log2(by.least)),
    last,
    largestContribution,
    largestSum: batch * largestContribution,
  };
}

/** Refuses a first layer's value with fewer fractional bits than the scales were made for: the ring would hold a larger one. */
export function requireFirstOutput({ firstOutputBits }: ClippedScales, fractionalBits: number): void {
  if (fractionalBits >= firstOutputBits) return;
  const says = `have ${fractionalBits} fractional bits, and ${firstOutputBits} are needed to bound what a row adds`;
  throw refusal('the values of the first layer', says);
}

/** What an activation gives at the most, whatever comes in; of a ReLU as much as comes in. */
const LARGEST: Readonly<Record<ActivationName, () => number | undefined>> = {
  relu: () => undefined,
  sigmoid: () => seriesBound(seriesOf('sigmoid')),
};

type ForwardBounds = Pick<ClippedLayerScales, 'largestInput' | 'keptBelow' | 'squaredInput' | 'largestOutput'>;

function forwardBounds({ architecture, dataClip, weightLimit, firstOutputBits }: ClippedSetting): ForwardBounds[] {
  const bounds: ForwardBounds[] = [];
  const form = shortFormOf(architecture.layers);
  invariant(form !== undefined, 'rows are clipped in dense layers with the same activation between them');
  const largest = LARGEST[form.activation]();
  const isBounded = largest !== undefined;
  for (const { rows, cols } of layerShapes(architecture)) {
    const before = bounds.at(-1);
    if (before === undefined) {
      // A sigmoid is bounded whatever it is taken of.
      const isProved = form.hidden.length === 0 || isBounded;
      const largestOutput = isProved ? (rows * dataClip + 1) * weightLimit : 2 ** (RING_BITS - firstOutputBits);
      bounds.push({ largestInput: dataClip, squaredInput: rows * dataClip ** 2, largestOutput });
      continue;
    }
    const largestInput = largest ?? before.largestOutput + 1;
    const proved = rows * (isBounded ? SLACK : largestInput ** 2);
    const squaredInput = isBounded ? proved : Math.min(KEPT_BELOW, proved);
    const norm = Math.min(weightNormOf(cols), weightLimit * Math.sqrt(rows * cols));
    const largestOutput = Math.sqrt(squaredInput) * norm + weightLimit;
    bounds.push({
      largestInput,
      squaredInput,
      largestOutput,
      ...(squaredInput < proved ? { keptBelow: squaredInput } : {}),
    });
  }
  return bounds;
}

/** What rounding δ adds to its norm. */
const roundedGradient = (cols: number) => Math.sqrt(cols) * 2 ** -LEAST_GRADIENT_BITS;

/** ‖δ‖ at the output: where rows have weights, that of the product, which is rounded once more. */
function outputGradient(setting: ClippedSetting, forward: readonly ForwardBounds[]): number {
  const { architecture, largestWeight } = setting;
  const plain = plainOutputGradient(setting, forward);
  return largestWeight === undefined ? plain : largestWeight * plain + roundedGradient(architecture.outputs);
}

function plainOutputGradient({ architecture }: ClippedSetting, forward: readonly ForwardBounds[]): number {
  const largest: Readonly<Record<Output, number>> = {
    softmax: SOFTMAX_GRADIENT,
    sigmoid: SLACK,
    linear: forward[forward.length - 1].largestOutput + 1,
  };
  return largest[architecture.output] + roundedGradient(architecture.outputs);
}

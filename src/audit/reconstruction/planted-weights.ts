/**
 * What a server that plants weights gets from one update: an imprint layer (Fowl et al. 2022, "Robbing the Fed"; Boenisch et al. 2023, "When the
 * Curious Abandon Honesty").
 *
 * The units of a group look along one direction, each from its own threshold on; the next layer treats all units alike. So the difference of two
 * neighbours' gradients holds the records between their thresholds alone, and a record by itself there is their quotient, as in a batch of one.
 * Here several groups look along different directions: what one of them gives away is subtracted in the others, until nothing new appears.
 * @module
 */
import type { Records } from '../../data/records.ts';
import { invariant } from '../../errors.ts';
import { firstOf } from '../../graph/layers/index.ts';
import { type Architecture, classCount, layerShapes } from '../../graph/mlp.ts';
import type { Draws } from '../models/draws.ts';
import { meanGradient } from '../models/gradient.ts';
import { initialParameters, type LayerParameters, type Parameters } from '../models/network.ts';
import { rowsOf } from './low-rank.ts';

/** How small the planted layers keep the answers, so that no probability comes near 0 or 1. */
const FAINT = 1e-3;
/** Relative difference at which a record's own gradient is what was found. */
const SAME = 1e-6;

export interface PlantedModel {
  readonly parameters: Parameters;
  readonly groups: readonly PlantedGroup[];
}

/** Units from `first` on, with thresholds that rise. */
interface PlantedGroup {
  readonly first: number;
  readonly direction: Float64Array;
  readonly thresholds: Float64Array;
}

/** `background` are records of the server's own, at whose quantiles the thresholds lie. */
export function plantedModel(
  architecture: Architecture,
  background: Pick<Records, 'features' | 'columns'>,
  groups: number,
  draws: Draws,
): PlantedModel {
  invariant(firstOf(architecture.layers).isCut, 'an imprint needs a dense ReLU layer');
  const layers = initialParameters(architecture, 'he', draws);
  const [{ cols: units }] = layerShapes(architecture);
  const perGroup = Math.floor(units / groups);
  const known = rowsOf(background.features, background.columns);
  const planted = Array.from({ length: groups }, (_, group): PlantedGroup => {
    const direction = Float64Array.from({ length: architecture.inputs }, () => draws.gaussian());
    const seen = known.map((record) => along(direction, record)).sort((a, b) => a - b);
    const thresholds = Float64Array.from({ length: perGroup }, (_, i) => quantile(seen, i / perGroup));
    return { first: group * perGroup, direction, thresholds };
  });
  const first: LayerParameters = { weights: layers[0].weights.fill(0), bias: layers[0].bias.fill(0) };
  for (const { first: at, direction, thresholds } of planted) {
    thresholds.forEach((threshold, i) => {
      first.bias[at + i] = -threshold;
      direction.forEach((x, input) => {
        first.weights[input * units + at + i] = x;
      });
    });
  }
  const { weights, bias } = layers[1];
  const row = Float64Array.from(bias, () => FAINT * (0.5 + draws.uniform()));
  const alike = { weights: weights.map((_, i) => row[i % row.length]), bias };
  return { parameters: [first, alike, ...layers.slice(2)], groups: planted };
}

/** Records that surely are in the batch, n × inputs. `rows`: how many there are in it. */
export function recoverPlanted(
  architecture: Architecture,
  { parameters, groups }: PlantedModel,
  { weights, bias }: LayerParameters,
  rows: number,
): Float64Array {
  const units = bias.length;
  const extended = (unit: number) =>
    Float64Array.from({ length: architecture.inputs + 1 }, (_, i) =>
      i === architecture.inputs ? bias[unit] : weights[i * units + unit],
    );
  const bins = groups.flatMap((group) =>
    Array.from(group.thresholds, (_, i) => {
      const own = extended(group.first + i);
      if (i + 1 === group.thresholds.length) return own;
      const next = extended(group.first + i + 1);
      return own.map((x, k) => x - next[k]);
    }),
  );
  const binsOf = (record: Float64Array) =>
    groups.flatMap(({ first, direction, thresholds }) => {
      const at = along(direction, record);
      const below = thresholds.findLastIndex((threshold) => threshold < at);
      return below === -1 ? [] : [first + below];
    });
  const found: Float64Array[] = [];
  for (let isNew = true; isNew; ) {
    isNew = false;
    for (const [at, bin] of bins.entries()) {
      const one = bin[bin.length - 1];
      if (one === 0) continue;
      const record = bin.subarray(0, -1).map((x) => x / one);
      const places = binsOf(record);
      if (!places.includes(at) || !isWhole(architecture, parameters, record, at, one * rows)) continue;
      const part = bin.slice();
      for (const place of places) subtract(bins[place], part);
      found.push(record);
      isNew = true;
    }
  }
  const features = new Float64Array(found.length * architecture.inputs);
  found.forEach((record, i) => {
    features.set(record, i * architecture.inputs);
  });
  return features;
}

/** Whether the record with some label has just that gradient at the unit: then nothing else is in it. */
function isWhole(
  architecture: Architecture,
  parameters: Parameters,
  record: Float64Array,
  unit: number,
  slope: number,
): boolean {
  const labels = classCount(architecture);
  for (let label = 0; label < labels; label++) {
    const single = { features: record, labels: Float64Array.of(label), rows: 1, columns: record.length };
    const [{ bias }] = meanGradient(architecture, parameters, single);
    if (Math.abs(bias[unit] - slope) < SAME * Math.abs(slope)) return true;
  }
  return false;
}

function along(direction: Float64Array, record: Float64Array): number {
  return direction.reduce((sum, x, i) => sum + x * record[i], 0);
}

function subtract(from: Float64Array, part: Float64Array): void {
  part.forEach((x, i) => {
    from[i] -= x;
  });
}

/** Between the two nearest of sorted numbers. */
function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}

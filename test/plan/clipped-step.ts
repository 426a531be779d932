/**
 * One step that clips each row's gradient, as a phase of its own: records and parameters enter; the sums are revealed, and on request
 * also what they are made of.
 * @module
 */
import { type ClippedModel, clippedMlp } from '../../src/graph/clipped-mlp.ts';
import type { NodeId } from '../../src/graph/graph.ts';
import { type Architecture, layerShapes } from '../../src/graph/mlp.ts';
import { type ClippedScales, clippedScales } from '../../src/plan/lowering/clipped-scales.ts';
import { Lowering } from '../../src/plan/lowering/lowering.ts';
import type { TrustMode } from '../../src/plan/plan.ts';
import { seriesOf } from '../../src/protocol/fourier.ts';
import { productBits } from '../../src/protocol/product.ts';
import { PARTIES, Program } from '../protocol/harness.ts';

export const DATA_CLIP = 2;
export const DATA_BITS = 8;
export const WEIGHT_BITS = 16;
export const WEIGHT_LIMIT = 8;

export interface Batch {
  readonly features: readonly number[];
  readonly labels: readonly number[];
  readonly padding: readonly number[];
  /** Of each row in the loss, where the rows have one. */
  readonly rowWeights?: readonly number[];
  /** Weights and biases of every layer, in order. */
  readonly parameters: readonly (readonly number[])[];
}

export interface Clipping {
  readonly trust: TrustMode;
  readonly architecture: Architecture;
  readonly limit: number;
  readonly expectedBatch: number;
  readonly hasPadding?: boolean;
  /** Where rows have weights in the loss. */
  readonly largestWeight?: number;
}

export interface ClippedStep {
  readonly program: Program;
  readonly model: ClippedModel;
  readonly scales: ClippedScales;
}

const MOMENTUM = { type: 'momentum', momentum: 0.9, nesterov: false } as const;

/** Parameters by name, as the graph has them. */
export const parameterNames = (architecture: Architecture): string[] =>
  layerShapes(architecture).flatMap((_, l) => [`weights ${l + 1}`, `bias ${l + 1}`]);

export function clippedStep(
  { trust, architecture, limit, expectedBatch, hasPadding = true, largestWeight }: Clipping,
  { features, labels, padding, rowWeights = [], parameters }: Batch,
  reveals: 'sums' | 'rows' = 'sums',
): ClippedStep {
  const program = new Program(trust);
  const rows = padding.length;
  const isWeighted = largestWeight !== undefined;
  const training = { batch: rows, expectedBatch, clip: limit, hasPadding, isWeighted, l2: 0, optimiser: MOMENTUM };
  const model = clippedMlp(architecture, training);
  const { graph, clippedLayers } = model;
  const by = 1 / expectedBatch;
  const scales = clippedScales({
    evaluators: program.builder.roles.evaluators.length,
    architecture,
    batch: rows,
    limit,
    by: { least: by, most: by },
    dataClip: DATA_CLIP,
    ...(largestWeight === undefined ? {} : { largestWeight }),
    weightLimit: WEIGHT_LIMIT,
    parameterBits: WEIGHT_BITS,
    firstOutputBits: DATA_BITS + WEIGHT_BITS + productBits(program.builder.roles.evaluators.length),
  });
  program.builder.phase('step', (phase) => {
    const enter = (owner: string, node: NodeId, values: readonly number[], bits: number, bound: number) =>
      [node, program.real(phase, owner, values, graph.nodes[node], bits, bound)] as const;
    const named = new Map(graph.nodes.flatMap(({ id, is }) => ('name' in is ? [[is.name, id] as const] : [])));
    const lowering = new Lowering(
      graph,
      phase,
      seriesOf('sigmoid').high,
      [
        enter('north', model.features, features, DATA_BITS, DATA_CLIP),
        enter('east', model.labels, labels, architecture.output === 'linear' ? DATA_BITS : 0, 1),
        ...(model.weights === undefined || largestWeight === undefined
          ? []
          : [enter('north', model.weights, rowWeights, DATA_BITS, largestWeight)]),
        ...(model.padding === undefined ? [] : [enter('south', model.padding, padding, 0, 1)]),
        ...parameterNames(architecture).map((name, i) =>
          enter('south', named.get(name) ?? -1, parameters[i], WEIGHT_BITS, WEIGHT_LIMIT),
        ),
      ],
      'weights',
    );
    lowering.clipRows(clippedLayers, scales);
    const reveal = (node: NodeId, name: string) => phase.reveal(lowering.masked(node).value, name, PARTIES);
    for (const [l, { input, gradient, contribution, sums }] of clippedLayers.entries()) {
      reveal(sums.weights, `weights ${l + 1}`);
      reveal(sums.bias, `bias ${l + 1}`);
      if (reveals === 'sums') continue;
      reveal(input, `input ${l + 1}`);
      reveal(gradient, `gradient ${l + 1}`);
      reveal(contribution, `contribution ${l + 1}`);
    }
  });
  return { program, model, scales };
}

/** A number in [−1, 1] that looks random and is always the same. */
export function noise(...at: readonly number[]): number {
  const s = Math.sin(at.reduce((sum, x, i) => sum + x * (12.9898 + 31.7 * i), 1)) * 43758.5453;
  return 2 * (s - Math.floor(s)) - 1;
}

export const onGrid = (x: number, bits: number): number => Math.round(x * 2 ** bits) / 2 ** bits;

/** Rows whose gradients are of all sizes, with padding among them; weights of about He's size times `spread`. */
export function batchOf(
  { inputs, output, outputs, ...rest }: Architecture,
  rows: number,
  seed: number,
  spread = 1,
): Batch {
  const shapes = layerShapes({ inputs, output, outputs, ...rest });
  const features = Array.from({ length: rows * inputs }, (_, i) => {
    const size = 2 ** (-6 * ((seed + Math.floor(i / inputs)) % 3));
    return onGrid(DATA_CLIP * size * noise(seed, i), DATA_BITS);
  });
  const labels = Array.from({ length: rows * outputs }, (_, i) => {
    const [row, col] = [Math.floor(i / outputs), i % outputs];
    if (output === 'linear') return onGrid(noise(seed, i, 5), DATA_BITS);
    return (output === 'softmax' ? (row * 7 + seed) % outputs === col : noise(seed, row, 2) > 0) ? 1 : 0;
  });
  const padding = Array.from({ length: rows }, (_, row) => ((row + seed) % 4 === 1 ? 1 : 0));
  const parameters = shapes.flatMap(({ rows: from, cols }, l) => [
    Array.from({ length: from * cols }, (_, i) =>
      onGrid(Math.min(7, spread * Math.sqrt(6 / from)) * noise(seed, l, i, 1), WEIGHT_BITS),
    ),
    Array.from({ length: cols }, (_, i) => onGrid(0.3 * noise(seed, l, i, 4), WEIGHT_BITS)),
  ]);
  return { features, labels, padding, parameters };
}

/**
 * The rows of one tile of an evaluation with what the model predicts of them: what metrics are counted of. Nothing is written into the phase before it is
 * asked for.
 * @module
 */
import { Graph, type NodeId, scalar } from '../../../graph/graph.ts';
import { type Architecture, forward, layerShapes } from '../../../graph/mlp.ts';
import { input, largest, matmul, multiply, parameter, scale, sumColumns, sumRows } from '../../../graph/nodes/index.ts';
import { OUTPUTS, type Output } from '../../../graph/output.ts';
import { LARGEST_LOSS } from '../../loss-resolution.ts';
import { clamp } from '../../lowering/clip.ts';
import { Lowering } from '../../lowering/lowering.ts';
import type { Watched } from '../../lowering/watched.ts';
import type { ValueId } from '../../plan.ts';
import type { PhaseBuilder } from '../../write/phase-builder.ts';
import { BinaryCounts, correctRows, logitOf } from './binary-counts.ts';

/** What a model predicts: the probability of a binary label, a class, or the value of a target. */
export type Head = Output;

/** What the mean of the loss that is trained on is opened as a multiple of: a squared error is opened whole. */
const LOSS_FACTORS: Readonly<Record<Head, number>> = { sigmoid: 1, softmax: 1, linear: 2 };

/** The rows of one tile, and what part of all rows they are. */
export interface Tile {
  readonly features: ValueId;
  readonly labels: ValueId;
  readonly rows: number;
  readonly share: number;
  /** Fractional bits of a mean loss. */
  readonly lossBits: number;
}

export interface Predicting {
  readonly architecture: Architecture;
  readonly parameters: readonly ValueId[];
  readonly interval: number;
  readonly watched: Watched;
  /** True: the rows of each class by predicted class are counted, and all that follows is read off these. False: what is asked for is counted by itself. */
  readonly countsCells: boolean;
}

export class PredictedRows {
  protected readonly phase: PhaseBuilder;
  protected readonly tile: Tile;
  protected readonly interval: number;
  protected readonly graph = new Graph();
  protected readonly labels: NodeId;
  protected readonly logits: NodeId;
  /** The class with the largest logit, and of each class the rows that are right. Nodes that nobody asks for are not lowered. */
  protected readonly chosen: NodeId;
  protected readonly hitsByClass: NodeId;
  protected readonly lowering: Lowering;
  readonly #loss: NodeId;

  constructor(phase: PhaseBuilder, tile: Tile, { architecture, parameters, interval, watched }: Predicting) {
    const { rows, share } = tile;
    const { inputs, outputs, output } = architecture;
    const graph = this.graph;
    this.phase = phase;
    this.tile = tile;
    this.interval = interval;
    const features = input(graph, 'test features', rows, inputs);
    this.labels = input(graph, 'test labels', rows, outputs);
    const nodes = parameters.map((id, i) => {
      const { rows, cols } = phase.valueOf(id);
      return parameter(graph, `parameter ${i}`, rows, cols);
    });
    const layers = layerShapes(architecture).map((_, i) => ({ weights: nodes[2 * i], bias: nodes[2 * i + 1] }));
    this.logits = graph.label(forward(graph, features, layers, architecture), 'test logits', 'logits');
    this.chosen = largest(graph, this.logits);
    this.hitsByClass = sumRows(graph, multiply(graph, this.chosen, this.labels));
    this.#loss = scale(
      graph,
      sumRows(graph, OUTPUTS[output].rowLoss(graph, this.logits, this.labels)),
      scalar((LOSS_FACTORS[output] * share) / rows),
    );
    const known = [
      [features, tile.features],
      [this.labels, tile.labels],
      ...nodes.map((node, i) => [node, parameters[i]] as const),
    ] as const;
    this.lowering = new Lowering(graph, phase, interval, known, watched);
    if (!OUTPUTS[output].isClass) this.lowering.limitLayer(this.logits);
  }

  /** The tile's part of the mean loss that is trained on. */
  meanLoss(): ValueId {
    return this.phase.bounded(this.lowering.atScale(this.#loss, this.tile.lossBits), LARGEST_LOSS * this.tile.share);
  }

  /** The tile's part of the mean of what `build` makes of each row's `logits` and label. */
  meanOver(logits: ValueId, build: (graph: Graph, logits: NodeId, labels: NodeId) => NodeId): ValueId {
    const { rows, share, labels, lossBits } = this.tile;
    const { cols } = this.phase.valueOf(logits);
    const graph = new Graph();
    const [z, y] = [input(graph, 'clamped logits', rows, cols), input(graph, 'labels', rows, cols)];
    const mean = scale(graph, sumRows(graph, build(graph, z, y)), scalar(share / rows));
    const lowering = new Lowering(graph, this.phase, this.interval, [
      [z, logits],
      [y, labels],
    ]);
    return lowering.atScale(mean, lossBits);
  }

  /** What comes before the last activation. */
  maskedLogits(): ValueId {
    return this.masked(this.logits);
  }

  protected masked(node: NodeId): ValueId {
    return this.lowering.masked(node).value;
  }
}

/** Rows predicted from a single logit, by the threshold. */
export class BinaryRows extends PredictedRows {
  readonly #z: ValueId;
  readonly #least: number;
  readonly #countsCells: boolean;
  #cells: BinaryCounts | undefined;

  constructor(phase: PhaseBuilder, tile: Tile, predicting: Predicting) {
    super(phase, tile, predicting);
    this.#z = this.maskedLogits();
    this.#least = logitOf(predicting.architecture.threshold);
    this.#countsCells = predicting.countsCells;
  }

  cells(): BinaryCounts {
    this.#cells ??= new BinaryCounts(this.phase, this.#z, this.tile.labels, this.#least);
    return this.#cells;
  }

  correct(): ValueId {
    return this.#countsCells ? this.cells().correct() : correctRows(this.phase, this.#z, this.tile.labels, this.#least);
  }

  positives(): ValueId {
    return this.phase.sumRows(this.tile.labels);
  }

  clampedLogits(): ValueId {
    return clamp(this.phase, this.#z, this.interval, { name: 'clamped logits', layer: 'logits' });
  }
}

/** Rows predicted from one logit a class: the class of the largest one. */
export class ClassRows extends PredictedRows {
  hits(): ValueId {
    return this.#upToRows(sumColumns(this.graph, this.hitsByClass));
  }

  classHits(): ValueId {
    return this.#upToRows(this.hitsByClass);
  }

  classPredictions(): ValueId {
    return this.#upToRows(sumRows(this.graph, this.chosen));
  }

  classSizes(): ValueId {
    return this.phase.sumRows(this.tile.labels);
  }

  confusion(): ValueId {
    return this.#upToRows(matmul(this.graph, this.labels, this.chosen, 'matmulTN'));
  }

  #upToRows(node: NodeId): ValueId {
    return this.phase.bounded(this.masked(node), this.tile.rows);
  }
}

/** Rows predicted as the value of a target. */
export class TargetRows extends PredictedRows {}

export interface RowsOf {
  readonly sigmoid: BinaryRows;
  readonly softmax: ClassRows;
  readonly linear: TargetRows;
}

/** The rows as each kind of model predicts them. */
export const PREDICTED_ROWS: {
  readonly [H in Head]: new (
    phase: PhaseBuilder,
    tile: Tile,
    predicting: Predicting,
  ) => RowsOf[H];
} = { sigmoid: BinaryRows, softmax: ClassRows, linear: TargetRows };

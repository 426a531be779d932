/**
 * Metrics on held-out rows without showing anybody a prediction: only the counts and sums named here are opened, at the very end.
 *
 * - accuracy: rows whose sign of the logit is right, or whose largest logit is that of their class.
 * - logLoss: mean loss; of a single logit z, softplus(z) − y·z with z clamped to the interval of the series (so one row costs at most 28).
 * - auc: over all pairs of rows, y_i(1 − y_j)[z_i > z_j] and the reverse, ties counted half; needs the number of positives.
 * - confusionMatrix: rows of each class by predicted class.
 * - macroF1: rows of each class, rows predicted so, and rows both.
 * - squaredError: mean of (z − y)² in units of the scaled target.
 * @module
 */
import { invariant } from '../errors.ts';
import { Graph, scalar } from '../graph/graph.ts';
import { type Architecture, forward, layerShapes, rowLoss } from '../graph/mlp.ts';
import { exactly, type PhaseBuilder, type PlanBuilder } from './builder.ts';
import { Lowering } from './lower.ts';
import { clamp } from './lower-clip.ts';
import { sizeOf, type ValueId } from './plan.ts';

export type Metric = 'accuracy' | 'auc' | 'logLoss' | 'macroF1' | 'confusionMatrix' | 'squaredError';
export const METRICS: readonly Metric[] = ['accuracy', 'auc', 'logLoss', 'macroF1', 'confusionMatrix', 'squaredError'];

/** A count or sum that is opened for a metric, under the name of its output. */
export interface Tally {
  readonly name: string;
  readonly metric: Metric;
  readonly value: ValueId;
}

/** Fractional bits of an opened mean. */
const LOSS_BITS = 16;
/** Beyond this a mean loss is nonsense. */
const LARGEST_LOSS = 2 ** 12;
/** Pairs of rows compared at a time. */
const PAIR_TILE = 8192;

export interface Evaluation {
  /** Phases to run, in order, with their repetitions. */
  readonly sessions: readonly { readonly phase: number; readonly repeat: number }[];
  readonly tallies: readonly Tally[];
}

export function evaluationPhases(
  plan: PlanBuilder,
  metrics: readonly Metric[],
  rows: number,
  data: { readonly features: ValueId; readonly labels: ValueId },
  architecture: Architecture,
  parameters: readonly ValueId[],
  interval: number,
): Evaluation {
  const tallies: Tally[] = [];
  const { output, outputs } = architecture;
  let logits: ValueId | undefined;
  const main = plan.phase('evaluation', (phase) => {
    const model = predictions(phase, rows, data, architecture, parameters, interval);
    const book = (metric: Metric, name: string, compute: () => ValueId) => {
      if (!metrics.includes(metric)) return;
      const from = compute();
      const { fractionalBits, bound } = phase.valueOf(from);
      // Nothing by row may leave.
      invariant(sizeOf(phase.valueOf(from)) <= outputs * outputs, `${name} is a tally over all rows`);
      const value = plan.addState(phase.valueOf(from), fractionalBits, bound, name);
      phase.update(value, from);
      tallies.push({ name, metric, value });
    };
    if (output === 'softmax') {
      book('accuracy', 'correct', model.hits);
      book('logLoss', 'log loss', model.meanLoss);
      book('confusionMatrix', 'confusion matrix', model.confusion);
      book('macroF1', 'class hits', model.classHits);
      book('macroF1', 'class predictions', model.classPredictions);
      book('macroF1', 'class sizes', () => phase.sumRows(data.labels));
    } else if (output === 'linear') {
      book('squaredError', 'squared error', model.meanLoss);
    } else {
      const z = model.logits();
      book('accuracy', 'correct', () => correctRows(phase, z, data.labels));
      book('logLoss', 'log loss', () =>
        logLoss(phase, clamp(phase, z, interval, 'clamped logits'), data.labels, rows, interval),
      );
      book('auc', 'positives', () => phase.sumRows(data.labels));
      if (!metrics.includes('auc')) return;
      const { fractionalBits, bound } = phase.valueOf(z);
      logits = plan.addState({ rows, cols: outputs }, fractionalBits, bound, 'test logits');
      phase.update(logits, z);
    }
  });
  const sessions = [{ phase: main, repeat: 1 }];
  if (logits !== undefined) {
    const z = logits;
    const pairs = (rows * (rows - 1)) / 2;
    const tile = Math.max(1, Math.min(PAIR_TILE, pairs));
    const total = plan.addState({ rows: 1, cols: 1 }, 0, 8 * rows * rows, 'ordered pairs');
    const compare = plan.phase('comparing pairs', (phase) => {
      const counted = phase.open(pairOrder(phase, z, data.labels, tile));
      const sum = [total, counted].map((value) => ({ value, factor: exactly(1) }));
      phase.update(total, phase.linear(sum, exactly(0), 0, 'ordered pairs'));
    });
    tallies.push({ name: 'ordered pairs', metric: 'auc', value: total });
    sessions.push({ phase: compare, repeat: Math.max(1, Math.ceil(pairs / tile)) });
  }
  return { sessions, tallies };
}

/** The model applied to the rows. */
function predictions(
  phase: PhaseBuilder,
  rows: number,
  data: { readonly features: ValueId; readonly labels: ValueId },
  architecture: Architecture,
  parameters: readonly ValueId[],
  interval: number,
) {
  const graph = new Graph();
  const features = graph.input('test features', rows, architecture.inputs);
  const labels = graph.input('test labels', rows, architecture.outputs);
  const nodes = parameters.map((id, i) => {
    const { rows, cols } = phase.valueOf(id);
    return graph.parameter(`parameter ${i}`, rows, cols);
  });
  const layers = layerShapes(architecture).map((_, i) => ({ weights: nodes[2 * i], bias: nodes[2 * i + 1] }));
  const logits = graph.label(forward(graph, features, layers, architecture.activation), 'test logits');
  const chosen = graph.largest(logits);
  const classHits = graph.sumRows(graph.multiply(chosen, labels));
  const loss = graph.scale(
    graph.sumRows(rowLoss(graph, logits, labels, architecture.output)),
    scalar((architecture.output === 'linear' ? 2 : 1) / rows),
  );
  const lowering = new Lowering(graph, phase, interval, [
    [features, data.features],
    [labels, data.labels],
    ...nodes.map((node, i) => [node, parameters[i]] as const),
  ]);
  if (architecture.output === 'linear') lowering.limitLayer(logits);
  const masked = (node: number) => lowering.masked(node).value;
  return {
    logits: () => masked(logits),
    hits: () => phase.bounded(masked(graph.sumColumns(classHits)), rows),
    classHits: () => phase.bounded(masked(classHits), rows),
    classPredictions: () => phase.bounded(masked(graph.sumRows(chosen)), rows),
    confusion: () => phase.bounded(masked(graph.matmul(labels, chosen, 'matmulTN')), rows),
    meanLoss: () => phase.bounded(phase.truncate(masked(loss), LOSS_BITS), LARGEST_LOSS),
  };
}

/** Σ y − s·(2y − 1) with s = [z < 0]. */
function correctRows(phase: PhaseBuilder, z: ValueId, y: ValueId): ValueId {
  const negative = phase.openBits(phase.lessThan(z, 0));
  const signed = phase.linear([{ value: y, factor: exactly(2) }], exactly(-1), 0);
  const terms = [
    { value: y, factor: exactly(1) },
    { value: phase.bitTimes(negative, signed), factor: exactly(-1) },
  ];
  return phase.open(phase.sumRows(phase.linear(terms, exactly(0), 0), 'correct'));
}

function logLoss(phase: PhaseBuilder, z: ValueId, y: ValueId, rows: number, interval: number): ValueId {
  const graph = new Graph();
  const [logits, labels] = [graph.input('clamped logits', rows, 1), graph.input('labels', rows, 1)];
  const rowLoss = graph.subtract(graph.softplus(logits), graph.multiply(labels, logits));
  const mean = graph.scale(graph.sumRows(rowLoss), scalar(1 / rows));
  const lowering = new Lowering(graph, phase, interval, [
    [logits, z],
    [labels, y],
  ]);
  return phase.truncate(lowering.masked(mean).value, LOSS_BITS);
}

/** Σ over the tile's pairs of 2·y_i·(1 − y_j) + ([z_i < z_j] + [z_i ≤ z_j])·(y_j − y_i): twice the ordered pairs. */
function pairOrder(phase: PhaseBuilder, z: ValueId, y: ValueId, tile: number): ValueId {
  const pair = (of: ValueId) => [phase.gather(of, 'pairFirst', tile), phase.gather(of, 'pairSecond', tile)] as const;
  const difference = ([a, b]: readonly [ValueId, ValueId]) => {
    const { fractionalBits } = phase.valueOf(a);
    const terms = [
      { value: a, factor: exactly(1) },
      { value: b, factor: exactly(-1) },
    ];
    return phase.linear(terms, exactly(0), fractionalBits);
  };
  const [logits, labels] = [pair(z), pair(y)];
  const gap = difference(logits);
  const unit = 2 ** -phase.valueOf(gap).fractionalBits;
  const order = difference([labels[1], labels[0]]);
  const [less, notMore] = [0, unit].map((threshold) =>
    phase.bitTimes(phase.openBits(phase.lessThan(gap, threshold)), order),
  );
  const both = phase.product('elementwise', labels[0], labels[1]);
  const terms = [
    { value: labels[0], factor: exactly(2) },
    { value: both, factor: { ...exactly(-2), bits: -phase.valueOf(both).fractionalBits } },
    { value: less, factor: exactly(1) },
    { value: notMore, factor: exactly(1) },
  ];
  return phase.sumRows(phase.linear(terms, exactly(0), 0), 'ordered pairs of a tile');
}

/**
 * Metrics on held-out rows without showing anybody a prediction: only the counts and sums named here are opened, at the very end.
 *
 * - accuracy: rows whose sign of the logit is right.
 * - logLoss: mean of softplus(z) − y·z, z clamped to the interval of the series (so one row costs at most 28).
 * - auc: over all pairs of rows, y_i(1 − y_j)[z_i > z_j] and the reverse, ties counted half; needs the number of positives.
 * @module
 */
import { Graph, scalar } from '../graph/graph.ts';
import { exactly, type PhaseBuilder, type PlanBuilder } from './builder.ts';
import { Lowering } from './lower.ts';
import type { ValueId } from './plan.ts';

export type Metric = 'accuracy' | 'auc' | 'logLoss';

/** What is opened for the metrics, in the order of reveal. */
export interface Tallies {
  readonly correct?: ValueId;
  readonly logLoss?: ValueId;
  /** Twice the number of rightly ordered pairs, ties counted half. */
  readonly orderedPairs?: ValueId;
  readonly positives?: ValueId;
}

const single = { rows: 1, cols: 1 };
/** Fractional bits of the opened log loss. */
const LOSS_BITS = 16;
/** Pairs of rows compared at a time. */
const PAIR_TILE = 8192;

export interface Evaluation {
  /** Phases to run, in order, with their repetitions. */
  readonly sessions: readonly { readonly phase: number; readonly repeat: number }[];
  readonly tallies: Tallies;
}

export function evaluationPhases(
  plan: PlanBuilder,
  metrics: readonly Metric[],
  rows: number,
  data: { readonly features: ValueId; readonly labels: ValueId },
  parameters: { readonly weights: ValueId; readonly bias: ValueId },
  interval: number,
): Evaluation {
  const wants = (metric: Metric) => metrics.includes(metric);
  const state = (name: string, bits: number, bound: number) => plan.addState(single, bits, bound, name);
  const { fractionalBits } = plan.values[parameters.weights];
  const logitBits = plan.values[data.features].fractionalBits + fractionalBits;
  const tallies: Tallies = {
    ...(wants('accuracy') ? { correct: state('correct', 0, 2 * rows) } : {}),
    ...(wants('logLoss') ? { logLoss: state('log loss', LOSS_BITS, 4 * interval) } : {}),
    ...(wants('auc')
      ? { orderedPairs: state('ordered pairs', 0, 8 * rows * rows), positives: state('positives', 0, rows) }
      : {}),
  };
  const logits = plan.addState({ rows, cols: 1 }, logitBits, 0, 'test logits');
  const main = plan.phase('evaluation', (phase) => {
    const z = linearModel(phase, data.features, parameters, logitBits);
    phase.update(logits, z);
    plan.widen(logits, phase.valueOf(z).bound);
    if (tallies.correct !== undefined) phase.update(tallies.correct, correctRows(phase, z, data.labels));
    if (tallies.logLoss !== undefined) {
      phase.update(tallies.logLoss, logLoss(phase, clamp(phase, z, interval), data.labels, rows, interval));
    }
    if (tallies.positives !== undefined) phase.update(tallies.positives, phase.sumRows(data.labels));
  });
  const sessions = [{ phase: main, repeat: 1 }];
  const { orderedPairs } = tallies;
  if (orderedPairs !== undefined) {
    const pairs = (rows * (rows - 1)) / 2;
    const tile = Math.max(1, Math.min(PAIR_TILE, pairs));
    const compare = plan.phase('comparing pairs', (phase) => {
      const counted = phase.open(pairOrder(phase, logits, data.labels, tile));
      const sum = [orderedPairs, counted].map((value) => ({ value, factor: exactly(1) }));
      phase.update(orderedPairs, phase.linear(sum, exactly(0), 0, 'ordered pairs'));
    });
    sessions.push({ phase: compare, repeat: Math.max(1, Math.ceil(pairs / tile)) });
  }
  return { sessions, tallies };
}

function linearModel(
  phase: PhaseBuilder,
  features: ValueId,
  { weights, bias }: { readonly weights: ValueId; readonly bias: ValueId },
  bits: number,
): ValueId {
  const product = phase.product('matmul', features, weights);
  const shift = { ...exactly(1), bits: bits - phase.valueOf(bias).fractionalBits };
  const terms = [
    { value: product, factor: exactly(1) },
    { value: phase.broadcast(bias, phase.valueOf(features).rows), factor: shift },
  ];
  return phase.open(phase.linear(terms, exactly(0), bits, 'test logits'));
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

/** z within ±interval: interval + [z < −interval]·(−interval − z) − [z < interval]·(interval − z). */
function clamp(phase: PhaseBuilder, z: ValueId, interval: number): ValueId {
  const { fractionalBits: bits } = phase.valueOf(z);
  const distance = (to: number) => phase.linear([{ value: z, factor: exactly(-1) }], { ...exactly(to), bits }, bits);
  const below = phase.bitTimes(phase.openBits(phase.lessThan(z, -interval)), distance(-interval));
  const inside = phase.bitTimes(phase.openBits(phase.lessThan(z, interval)), distance(interval));
  const terms = [
    { value: below, factor: exactly(1) },
    { value: inside, factor: exactly(-1) },
  ];
  return phase.open(
    phase.bounded(phase.linear(terms, { ...exactly(interval), bits }, bits, 'clamped logits'), interval),
  );
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
  const terms = [
    { value: labels[0], factor: exactly(2) },
    { value: phase.product('elementwise', labels[0], labels[1]), factor: exactly(-2) },
    { value: less, factor: exactly(1) },
    { value: notMore, factor: exactly(1) },
  ];
  return phase.sumRows(phase.linear(terms, exactly(0), 0), 'ordered pairs of a tile');
}

/**
 * Metrics on held-out rows without showing anybody a prediction: only the counts and sums named here are opened, at the very end.
 * Rows are taken a tile at a time. The first tile is the one that may be smaller; it begins the counts and sums, others add to them.
 *
 * - accuracy: rows whose logit is on the right side of the threshold, or whose largest logit is that of their class.
 * - logLoss: mean loss; of a single logit z, softplus(z) − y·z with z clamped to the interval of the series (so one row costs at most 28).
 * - auc: pairs of a positive and a negative row in the right order, ties counted half (`ordered-pairs.ts`); needs the number of positives.
 * - confusionMatrix: rows of each class by predicted class; of a binary label below each other, by the threshold.
 * - macroF1: rows of each class, rows predicted so, and rows both.
 * - squaredError: mean of (z − y)² in units of the scaled target.
 * @module
 */
import { invariant } from '../errors.ts';
import { Graph, scalar } from '../graph/graph.ts';
import { type Architecture, forward, layerShapes, rowLoss } from '../graph/mlp.ts';
import {
  input,
  largest,
  matmul,
  multiply,
  parameter,
  scale,
  softplus,
  subtract,
  sumColumns,
  sumRows,
} from '../graph/nodes/index.ts';
import { BinaryCounts, correctRows, logitOf } from './binary-counts.ts';
import { LARGEST_LOSS, LOSS_BITS, lossResolution } from './loss-resolution.ts';
import { clamp } from './lowering/clip.ts';
import { Lowering } from './lowering/lowering.ts';
import type { OpeningName } from './opened.ts';
import { orderedPairs } from './ordered-pairs.ts';
import type { PhaseBuilder } from './phase-builder.ts';
import { type Loss, type Session, sizeOf, type ValueId } from './plan.ts';
import type { PlanBuilder } from './plan-builder.ts';
import { added, ROW_TILE, rowTiles } from './row-tiles.ts';
import type { Watched } from './watched.ts';

export type Metric = 'accuracy' | 'auc' | 'logLoss' | 'macroF1' | 'confusionMatrix' | 'squaredError';
export const METRICS: readonly Metric[] = ['accuracy', 'auc', 'logLoss', 'macroF1', 'confusionMatrix', 'squaredError'];

/** A count or sum that is opened for a metric, under the name of its output. */
export interface Tally {
  readonly name: OpeningName;
  readonly metric: Metric;
  readonly value: ValueId;
  /** Where it is a mean loss. */
  readonly loss?: Loss;
}

export interface Evaluation {
  /** Phases to run, in order, with their repetitions. */
  readonly sessions: readonly Session[];
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
  watched: Watched = 'everything',
): Evaluation {
  const tallies: Tally[] = [];
  const { output, outputs } = architecture;
  const { tiles, first: firstTile } = rowTiles(rows);
  // All tiles' roundings together stay within one unit of the last place of a loss.
  const lossBits = LOSS_BITS[output] + Math.ceil(Math.log2(tiles));
  const loss: Loss = { resolved: lossResolution(architecture, plan.values[data.features].fractionalBits) };
  const pairs = output === 'sigmoid' && metrics.includes('auc') ? orderedPairs(plan, rows) : undefined;

  const predict = (name: string, from: number, count: number) =>
    plan.phase(name, (phase) => {
      const [features, labels] = [data.features, data.labels].map((of) => phase.gather(of, 'next', count, from));
      const tile: Tile = { features, labels, rows: count, share: count / rows, lossBits };
      const model = predictions(phase, tile, architecture, parameters, interval, watched);
      const book = (metric: Metric, name: OpeningName, compute: () => ValueId, loss?: Loss) => {
        if (!metrics.includes(metric)) return;
        const counted = compute();
        const value = phase.valueOf(counted);
        // Nothing by row may leave.
        invariant(sizeOf(value) <= Math.max(2, outputs) ** 2, `${name} is a tally over all rows`);
        const known = tallies.find((tally) => tally.name === name)?.value;
        if (known === undefined) {
          // What is proved of the rows of a tile is proved alike of those of the others.
          const total = plan.addState(value, value.fractionalBits, value.bound / tile.share, name);
          phase.update(total, counted);
          tallies.push({ name, metric, value: total, ...(loss === undefined ? {} : { loss }) });
        } else {
          phase.update(known, added(phase, known, counted));
        }
      };
      if (output === 'softmax') {
        book('accuracy', 'correct', model.hits);
        book('logLoss', 'log loss', model.meanLoss, loss);
        book('confusionMatrix', 'confusion matrix', model.confusion);
        book('macroF1', 'class hits', model.classHits);
        book('macroF1', 'class predictions', model.classPredictions);
        book('macroF1', 'class sizes', () => phase.sumRows(labels));
      } else if (output === 'linear') {
        book('squaredError', 'squared error', model.meanLoss, loss);
      } else {
        const z = model.logits();
        const least = logitOf(architecture.threshold);
        if (metrics.includes('confusionMatrix') || metrics.includes('macroF1')) {
          const counts = new BinaryCounts(phase, z, labels, least);
          book('accuracy', 'correct', () => counts.correct());
          book('confusionMatrix', 'confusion matrix', () => counts.confusion());
          book('macroF1', 'class hits', () => counts.classHits());
          book('macroF1', 'class predictions', () => counts.classPredictions());
          book('macroF1', 'class sizes', () => counts.classSizes());
        } else {
          book('accuracy', 'correct', () => correctRows(phase, z, labels, least));
        }
        const clamped = () => clamp(phase, z, interval, 'clamped logits');
        book('logLoss', 'log loss', () => logLoss(phase, clamped(), tile, interval), loss);
        book('auc', 'positives', () => phase.sumRows(labels));
        if (pairs !== undefined) pairs.keep(phase, z, from);
      }
    });
  const sessions: Session[] = [{ phase: predict('evaluation', 0, firstTile), repeat: 1 }];
  if (tiles > 1)
    sessions.push({ phase: predict('evaluation of further rows', firstTile, ROW_TILE), repeat: tiles - 1 });
  if (pairs !== undefined) {
    sessions.push(...pairs.count(data.labels));
    for (const count of pairs.counts) tallies.push({ ...count, metric: 'auc' });
  }
  return { sessions, tallies };
}

/** The rows of one tile, and what part of all rows they are. */
interface Tile {
  readonly features: ValueId;
  readonly labels: ValueId;
  readonly rows: number;
  readonly share: number;
  readonly lossBits: number;
}

/** The model applied to the rows of a tile. */
function predictions(
  phase: PhaseBuilder,
  tile: Tile,
  architecture: Architecture,
  parameters: readonly ValueId[],
  interval: number,
  watched: Watched,
) {
  const { rows, share } = tile;
  const graph = new Graph();
  const features = input(graph, 'test features', rows, architecture.inputs);
  const labels = input(graph, 'test labels', rows, architecture.outputs);
  const nodes = parameters.map((id, i) => {
    const { rows, cols } = phase.valueOf(id);
    return parameter(graph, `parameter ${i}`, rows, cols);
  });
  const layers = layerShapes(architecture).map((_, i) => ({ weights: nodes[2 * i], bias: nodes[2 * i + 1] }));
  const logits = graph.label(forward(graph, features, layers, architecture.activation), 'test logits');
  const chosen = largest(graph, logits);
  const classHits = sumRows(graph, multiply(graph, chosen, labels));
  const loss = scale(
    graph,
    sumRows(graph, rowLoss(graph, logits, labels, architecture.output)),
    scalar(((architecture.output === 'linear' ? 2 : 1) * share) / rows),
  );
  const known = [
    [features, tile.features],
    [labels, tile.labels],
    ...nodes.map((node, i) => [node, parameters[i]] as const),
  ] as const;
  const lowering = new Lowering(graph, phase, interval, known, watched);
  if (architecture.output === 'linear') lowering.limitLayer(logits);
  const masked = (node: number) => lowering.masked(node).value;
  return {
    logits: () => masked(logits),
    hits: () => phase.bounded(masked(sumColumns(graph, classHits)), rows),
    classHits: () => phase.bounded(masked(classHits), rows),
    classPredictions: () => phase.bounded(masked(sumRows(graph, chosen)), rows),
    confusion: () => phase.bounded(masked(matmul(graph, labels, chosen, 'matmulTN')), rows),
    meanLoss: () => phase.bounded(lowering.atScale(loss, tile.lossBits), LARGEST_LOSS * share),
  };
}

function logLoss(
  phase: PhaseBuilder,
  z: ValueId,
  { labels: y, rows, share, lossBits }: Tile,
  interval: number,
): ValueId {
  const graph = new Graph();
  const [logits, labels] = [input(graph, 'clamped logits', rows, 1), input(graph, 'labels', rows, 1)];
  const rowLoss = subtract(graph, softplus(graph, logits), multiply(graph, labels, logits));
  const mean = scale(graph, sumRows(graph, rowLoss), scalar(share / rows));
  const lowering = new Lowering(graph, phase, interval, [
    [logits, z],
    [labels, y],
  ]);
  return lowering.atScale(mean, lossBits);
}

/**
 * The release gate on shares: how well the model's confidence in a row's label tells training rows from test rows, counted at public thresholds. Nothing by
 * row is opened: all parties learn, for each threshold, how many training rows and how many test rows lie at or above it.
 * @module
 */
import { Graph, type NodeId } from '../../graph/graph.ts';
import type { Layer } from '../../graph/layers/layer.ts';
import { type Architecture, forward, layerShapes } from '../../graph/mlp.ts';
import { input, multiply, parameter, softmax, sumColumns } from '../../graph/nodes/index.ts';
import type { Output } from '../../graph/output.ts';
import { below } from '../below.ts';
import { Lowering } from '../lowering/lowering.ts';
import { revealOutput } from '../outputs/catalogue.ts';
import { GATE_OUTPUTS, type GateSide } from '../outputs/gate-counts.ts';
import type { Recipients } from '../outputs/output.ts';
import type { Session, ValueId } from '../plan.ts';
import { exactly } from '../write/linear-builder.ts';
import type { PhaseBuilder } from '../write/phase-builder.ts';
import type { PlanBuilder } from '../write/plan-builder.ts';
import { added, ROW_TILE, rowTiles } from '../write/row-tiles.ts';
import type { RecordSet } from './data-sets.ts';
import type { Evaluated } from './evaluation.ts';

/** Thresholds of the label's probability, and of a binary label's logit towards the label. They lie where models that overfit differ from those that do not. */
const PROBABILITIES = [0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98, 0.99];
const LOGITS = [-2, -1, 0, 1, 2, 3, 4, 6];
/** Fractional bits of a probability that is compared: finer than a softmax on shares is exact. */
const PROBABILITY_BITS = 14;

/** How sure a model is of the label of each row: as a node, and as rows at or above a threshold. */
interface Confidence {
  readonly thresholds: readonly number[];
  node(graph: Graph, logits: NodeId, labels: NodeId): NodeId;
  value(lowering: Lowering, node: NodeId): ValueId;
  atLeast(phase: PhaseBuilder, value: ValueId, labels: ValueId): (threshold: number) => ValueId;
}

const OF_PROBABILITY: Confidence = {
  thresholds: PROBABILITIES,
  node: (graph, logits, labels) => sumColumns(graph, multiply(graph, softmax(graph, logits), labels)),
  value: (lowering, node) => lowering.atScale(node, PROBABILITY_BITS),
  atLeast,
};

const OF_LOGIT: Confidence = {
  thresholds: LOGITS,
  node: (_, logits) => logits,
  value: (lowering, node) => lowering.masked(node).value,
  atLeast: towardsLabel,
};

/** A model that predicts a number is refused a gate on shares when its job is read. */
const CONFIDENCE: Readonly<Record<Output, Confidence>> = {
  softmax: OF_PROBABILITY,
  sigmoid: OF_LOGIT,
  linear: OF_LOGIT,
};

export const gateThresholds = ({ output }: Pick<Architecture, 'output'>): readonly number[] =>
  CONFIDENCE[output].thresholds;

export interface GatePhases {
  /** Counting, which the range alarm watches; nothing is opened yet. */
  readonly counting: readonly Session[];
  /** Opens the counts, and decides. */
  readonly opening: Session;
}

export function gateCounting(
  plan: PlanBuilder,
  sets: Readonly<Record<GateSide, RecordSet>>,
  { architecture, parameters, interval }: Pick<Evaluated, 'architecture' | 'parameters' | 'interval'>,
  recipients: Recipients,
): GatePhases {
  const counting: Session[] = [];
  const totals = (['members', 'others'] as const).map((side) => {
    const set = sets[side];
    const { rows } = plan.values[set.labels];
    const name = GATE_OUTPUTS[side];
    const total = plan.addState({ rows: gateThresholds(architecture).length, cols: 1 }, 0, rows, name);
    const { tiles, first } = rowTiles(rows);
    const count = (from: number, tile: number) =>
      plan.phase(`release gate: ${name}`, (phase) => {
        const [features, labels] = [set.features, set.labels].map((of) => phase.gather(of, 'next', tile, from));
        const counts = countsOf(phase, { features, labels }, architecture, parameters, interval);
        phase.update(total, added(phase, total, counts));
      });
    counting.push({ phase: count(0, first), repeat: 1 });
    if (tiles > 1) counting.push({ phase: count(first, ROW_TILE), repeat: tiles - 1 });
    return { total, name };
  });
  const opening = plan.phase('release gate', (phase) => {
    for (const { total, name } of totals) revealOutput(phase, total, name, recipients);
  });
  return { counting, opening: { phase: opening, repeat: 1, decides: 'release' } };
}

/** Rows at or above each threshold, below each other, masked. */
function countsOf(
  phase: PhaseBuilder,
  set: RecordSet,
  architecture: Architecture,
  parameters: readonly ValueId[],
  interval: number,
): ValueId {
  const { rows } = phase.valueOf(set.labels);
  const graph = new Graph();
  const features = input(graph, 'gate features', rows, architecture.inputs);
  const labels = input(graph, 'gate labels', rows, architecture.outputs);
  const nodes = parameters.map((id, i) => {
    const { rows, cols } = phase.valueOf(id);
    return parameter(graph, `parameter ${i}`, rows, cols);
  });
  const layers = layerShapes(architecture).map((_, i): Layer => ({ weights: nodes[2 * i], bias: nodes[2 * i + 1] }));
  const logits = graph.label(forward(graph, features, layers, architecture), 'gate logits', 'logits');
  const confidence = CONFIDENCE[architecture.output];
  const node = confidence.node(graph, logits, labels);
  const lowering = new Lowering(graph, phase, interval, [
    [features, set.features],
    [labels, set.labels],
    ...nodes.map((node, i) => [node, parameters[i]] as const),
  ]);
  const reached = confidence.atLeast(phase, confidence.value(lowering, node), set.labels);
  const counts = gateThresholds(architecture).map((threshold) =>
    phase.bounded(phase.open(phase.sumRows(reached(threshold), 'rows at a threshold')), rows),
  );
  return phase.stack(counts, 'rows by confidence');
}

/** [p ≥ t], as shares: 1 − [p < t]. */
function atLeast(phase: PhaseBuilder, p: ValueId): (threshold: number) => ValueId {
  const ones = phase.linear([{ value: p, factor: exactly(0) }], exactly(1), 0);
  return (threshold) => {
    const [less] = below(phase, p, threshold, ones);
    return phase.linear([{ value: less, factor: exactly(-1) }], exactly(1), 0);
  };
}

/** [z ≥ t] where y = 1, and [z < −t] where y = 0: y − y·[z < t] + (1 − y)·[z < −t]. */
function towardsLabel(phase: PhaseBuilder, z: ValueId, y: ValueId): (threshold: number) => ValueId {
  const negated = phase.linear([{ value: y, factor: exactly(-1) }], exactly(1), 0);
  return (threshold) => {
    const [[less], [beyond]] = [below(phase, z, threshold, y), below(phase, z, -threshold, negated)];
    const terms = [
      { value: y, factor: exactly(1) },
      { value: less, factor: exactly(-1) },
      { value: beyond, factor: exactly(1) },
    ];
    return phase.linear(terms, exactly(0), 0);
  };
}

/**
 * Which layer of the model each operation of a phase serves, and what each layer sends: derived from the names of values.
 *
 * An operation belongs to, by the first of these that applies:
 * 1. `alarm`, where it serves the range alarm alone: it watches, compares for what watches, or makes `sums of` something;
 * 2. what the name of its result says: `layer 1`, `gradient of layer 1`, `weights 1` (with the bias, the gradients and the memory of
 *    both), `softmax`, `logits`, `records`, `clipping`
 *    (norms of rows and what follows from them);
 * 3. a product of matrices: what the name of the first value made from it says, so X·W belongs to the layer that it becomes;
 * 4. where the latest made of the values that it reads belongs, so a layer's activation belongs to the layer;
 * 5. `others`.
 * @module
 */

import { operationCost } from '../operations/table.ts';
import { openingBytes } from '../protocol/cost.ts';
import { correctionWords } from './layout.ts';
import { inputsOf, type Op, type Phase, type Plan, type Value, type ValueId } from './plan.ts';

export interface LayerCost {
  readonly layer: string;
  /** Rounds of a repetition in which it opens something; layers share rounds. */
  readonly rounds: number;
  /** Bytes that an evaluator sends to all others to open it, and of corrections for it, in one repetition. */
  readonly openingBytes: number;
  readonly correctionBytes: number;
}

const ALARM = 'alarm';
const CLIPPING = 'clipping';
const OTHERS = 'others';
const SOFTMAX = /softmax|exponential|reciprocal|largest logit|differences of logits|logits below/;

/** What the name of a value says, if anything. */
function layerIn(name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  if (name === ALARM || name.startsWith('sums of ')) return ALARM;
  if (name.startsWith(CLIPPING)) return CLIPPING;
  const parameter = /\b(?:weights|bias) (\d+)/.exec(name);
  if (parameter !== null) return `weights ${parameter[1]}`;
  const layer = /(?:gradient of )?\blayer \d+/.exec(name);
  if (layer !== null) return layer[0];
  if (SOFTMAX.test(name)) return 'softmax';
  if (name.includes('logits')) return 'logits';
  return /(?:features|labels)$/.test(name) ? 'records' : undefined;
}

/** The value whose name tells what an operation is for. */
function subjectOf(op: Op): ValueId | undefined {
  if ('out' in op) return op.out;
  if (op.op === 'load') return op.into;
  return op.op === 'reveal' ? op.of : undefined;
}

/** The layer of each operation of a phase, in order. */
export function layersOfOperations({ values }: Pick<Plan, 'values'>, { ops: scheduled }: Phase): readonly string[] {
  const ops = scheduled.map(({ op }) => op);
  const watched = new Set(ops.flatMap((op) => (op.op === 'watch' ? [op.bits] : [])));
  const layers = new Map<ValueId, string>();
  return ops.map((op) => {
    const subject = subjectOf(op);
    const servesAlarm = op.op === 'watch' || (subject !== undefined && watched.has(subject));
    const named = servesAlarm ? ALARM : (layerIn(nameOf(values, subject)) ?? layerMadeFrom(op, ops, values));
    const layer = named ?? layerOfLatest(inputsOf(op), layers, values) ?? OTHERS;
    if (subject !== undefined) layers.set(subject, layer);
    return layer;
  });
}

const nameOf = (values: readonly Value[], id: ValueId | undefined) => (id === undefined ? undefined : values[id].name);

function layerMadeFrom(op: Op, ops: readonly Op[], values: readonly Value[]): string | undefined {
  if (op.op !== 'product' || op.form === 'elementwise') return undefined;
  const reader = ops.find((other) => inputsOf(other).includes(op.out));
  return reader === undefined ? undefined : layerIn(nameOf(values, subjectOf(reader)));
}

/** Values are numbered as they are made; those of other phases have but their names. */
function layerOfLatest(
  ids: readonly ValueId[],
  layers: ReadonlyMap<ValueId, string>,
  values: readonly Value[],
): string | undefined {
  const known = ids.toSorted((a, b) => b - a).map((id) => layers.get(id) ?? layerIn(values[id].name));
  return known.find((layer) => layer !== undefined && layer !== OTHERS);
}

/** What each layer of a phase sends in one repetition, in the order in which the phase comes to them. */
export function costByLayer(plan: Plan, phase: Phase): readonly LayerCost[] {
  const { roles } = plan;
  const peers = roles.evaluators.length - 1;
  const layers = layersOfOperations(plan, phase);
  const costs = phase.ops.map(({ op, round }, i) => {
    const { openings, material } = operationCost(op, plan);
    return {
      layer: layers[i],
      rounds: openings.map((_, stage) => round + stage),
      opened: peers * openings.reduce((sum, opening) => sum + openingBytes(opening), 0),
      corrected: 8 * correctionWords(material),
    };
  });
  return [...new Set(layers)].map((layer) => {
    const own = costs.filter((cost) => cost.layer === layer);
    return {
      layer,
      rounds: new Set(own.flatMap(({ rounds }) => rounds)).size,
      openingBytes: own.reduce((sum, { opened }) => sum + opened, 0),
      correctionBytes: own.reduce((sum, { corrected }) => sum + corrected, 0),
    };
  });
}

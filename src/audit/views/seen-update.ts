/**
 * What an adversary among the evaluators has in place of a federated update: for each parameter the opened value that the first training
 * step makes its change from, less the mask shares that the adversary knows. Were there no other masks, it would be the gradient.
 * @module
 */
import { invariant } from '../../errors.ts';
import { declared, type Op, operationCost } from '../../operations/table.ts';
import { sizeOf, type ValueId } from '../../operations/value.ts';
import type { Phase, Plan } from '../../plan/plan.ts';
import { type PhaseLayout, phaseLayout } from '../../plan/write/layout.ts';
import { decodeFixed } from '../../ring/fixed-point.ts';
import { initialValues } from '../../runtime/initial.ts';
import type { Position } from '../../transport/link.ts';
import type { Parameters } from '../models/network.ts';
import { MaterialOf } from './material.ts';
import type { NodeView } from './node-view.ts';
import { minus, plus, wordsIn } from './seen-words.ts';

export interface SeenUpdate {
  /** Where training starts: public. */
  readonly parameters: Parameters;
  readonly update: Parameters;
}

export function seenUpdate(plan: Plan, views: readonly NodeView[]): SeenUpdate {
  const seen = new SeenStep(plan, views);
  const layers = plan.state.filter(({ value }) => /^weights \d+$/.test(plan.values[value].name ?? '')).length;
  const stateOf = (name: string) => {
    const state = plan.state.find(({ value }) => plan.values[value].name === name);
    invariant(state !== undefined, `${name} is a state of the plan`);
    return state;
  };
  const eachLayer = (of: (name: string) => Float64Array): Parameters =>
    Array.from({ length: layers }, (_, i) => ({ weights: of(`weights ${i + 1}`), bias: of(`bias ${i + 1}`) }));
  return {
    parameters: eachLayer((name) => initialValues(plan, stateOf(name), views[0].publicStreams)),
    update: eachLayer((name) => seen.gradientOf(stateOf(name).value)),
  };
}

class SeenStep {
  readonly #plan: Plan;
  readonly #views: readonly NodeView[];
  readonly #session: number;
  readonly #phase: Phase;
  readonly #layout: PhaseLayout;
  readonly #material: readonly BigUint64Array[];

  constructor(plan: Plan, views: readonly NodeView[]) {
    const layouts = plan.phases.map((phase) => phaseLayout(plan, phase));
    this.#plan = plan;
    this.#views = views;
    this.#session = plan.sessions.findIndex(({ phase }) => plan.phases[phase].trains);
    const { phase } = plan.sessions[this.#session];
    this.#phase = plan.phases[phase];
    this.#layout = layouts[phase];
    this.#material = views.map((view) => new MaterialOf(plan, layouts, view).of(this.#session, 0));
  }

  gradientOf(state: ValueId): Float64Array {
    const update = this.#phase.updates.find((each) => each.state === state);
    const change = update === undefined ? undefined : this.#seen(update.from);
    const [rate] = this.#plan.training.rates;
    return change?.map((x) => -x / rate) ?? new Float64Array(sizeOf(this.#plan.values[state]));
  }

  /** Back from a value to what was opened; nothing for what comes from elsewhere. */
  #seen(value: ValueId): Float64Array | undefined {
    const operation = this.#phase.ops.findIndex(({ op }) => 'out' in op && op.out === value);
    if (operation < 0) return undefined;
    const { op } = this.#phase.ops[operation];
    const { isFresh, linearIn } = declared(op);
    if (isFresh === true) return isOpened(op, this.#plan) ? this.#opened(operation, value) : undefined;
    const [rate] = this.#plan.training.rates;
    for (const { from, apply } of linearIn?.(op, this.#plan.values, rate) ?? []) {
      const seen = this.#seen(from);
      if (seen !== undefined) return apply(seen);
    }
    return undefined;
  }

  #opened(operation: number, value: ValueId): Float64Array {
    const { round } = this.#phase.ops[operation];
    const placed = this.#layout.rounds[round].openings.find((opening) => opening.operation === operation);
    invariant(placed?.opening.kind === 'ring', 'ring elements are opened');
    const bytes = 8 * placed.opening.count;
    const at: Position = { phase: this.#session, step: 0, round };
    const [first] = this.#views;
    const sum = new BigUint64Array(placed.opening.count);
    const hasAdded = new Set<string>();
    for (const { direction, peer, kind, position, payload } of first.transcript.messages) {
      const isHere = position.phase === at.phase && position.step === at.step && position.round === at.round;
      const from = direction === 'sent' ? first.node : peer;
      // The own share goes to several.
      if (kind !== 'opening' || !isHere || hasAdded.has(from)) continue;
      hasAdded.add(from);
      plus(sum, wordsIn(payload, placed.at, bytes));
    }
    const [mask] = this.#layout.material[operation];
    for (const known of this.#material) minus(sum, known.subarray(mask, mask + sum.length));
    const { fractionalBits } = this.#plan.values[value];
    return Float64Array.from(sum, (word) => decodeFixed(word, fractionalBits));
  }
}

/** Whether it is evaluators that make the result known to each other; otherwise an owner enters it. */
const isOpened = (op: Op, plan: Plan): boolean => operationCost(op, plan).openings.length > 0;

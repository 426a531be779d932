/**
 * What an adversary among the evaluators has in place of a federated update: for each parameter the opened value that the first training
 * step makes its change from, less the mask shares that the adversary knows. Were there no other masks, it would be the gradient.
 * @module
 */
import { invariant } from '../../errors.ts';
import { type PhaseLayout, phaseLayout } from '../../plan/layout.ts';
import { type Op, type Phase, type Plan, sizeOf, type ValueId } from '../../plan/plan.ts';
import { decodeFixed } from '../../ring/fixed-point.ts';
import { initialValues } from '../../runtime/initial.ts';
import type { Position } from '../../transport/link.ts';
import type { Parameters } from '../models/network.ts';
import { MaterialOf } from './material.ts';
import type { NodeView } from './node-view.ts';
import { minus, plus, wordsIn } from './words.ts';

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
    const op: Op | undefined = this.#phase.ops[operation]?.op;
    switch (op?.op) {
      case 'open':
        return this.#opened(operation, value);
      case 'truncate':
        return this.#seen(op.of);
      case 'sumRows':
        return this.#columnSums(op.of);
      case 'linear': {
        for (const { value, factor } of op.terms) {
          const scale = factor.constant * this.#plan.training.rates[0] ** factor.ratePower;
          const seen = this.#seen(value);
          if (seen !== undefined) return seen.map((x) => scale * x);
        }
        return undefined;
      }
      default:
        return undefined;
    }
  }

  #columnSums(of: ValueId): Float64Array | undefined {
    const seen = this.#seen(of);
    if (seen === undefined) return undefined;
    const { cols } = this.#plan.values[of];
    const sums = new Float64Array(cols);
    for (const [i, x] of seen.entries()) sums[i % cols] += x;
    return sums;
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

/**
 * Where the two twins part: the same steps of training in fixed point and in float64, compared after each of them.
 *
 * How far rounding can lead them apart is not bounded by anything useful: a bound multiplies the norms of all layers, step by step. So the
 * first step is the measure. Before it both have the same parameters, so what it leaves between them is what rounding and series bring
 * into one step; t steps that only add that up leave t times as much. Beyond it something amplifies, which is where they part. Behind a
 * ReLU it is a value of another sign: a row's whole gradient stands between them from there on.
 * @module
 */
import type { Value, ValueId } from '../../operations/value.ts';
import type { Phase, Plan } from '../../plan/plan.ts';
import type { TrainedStep } from './trained-step.ts';

/** How far the twins are apart after a step, in units of the last place of a parameter. */
export interface Difference {
  readonly step: number;
  readonly largest: number;
  readonly rootMeanSquare: number;
}

export interface ValueDivergence {
  /** A parameter as `weights 1`; `layer 1` is what that layer gives before its activation, `gradient of layer 1` what comes back. */
  readonly name: string;
  /** The first step t after which a parameter is more than t times the first step's difference apart. Absent: there is none. */
  readonly diverged?: number;
  /** The first step in which a value before a ReLU has another sign. Absent: there is none. */
  readonly crossed?: number;
  /** After steps 1, 2, 4, 8, … and the last. */
  readonly differences: readonly Difference[];
}

export class Divergence {
  readonly #plan: Plan;
  readonly #unit: number;
  readonly #last: number;
  readonly #beforeRelu: readonly string[];
  readonly #values = new Map<string, { diverged?: number; crossed?: number; differences: Difference[] }>();
  /** What one step brings: of any parameter, and at least a unit. */
  #first = 1;

  /** Compares steps 1 to `last`, in units of 2^−fractionalBits; `beforeRelu` names layers. */
  constructor(plan: Plan, fractionalBits: number, last: number, beforeRelu: readonly string[]) {
    this.#plan = plan;
    this.#unit = 2 ** -fractionalBits;
    this.#last = last;
    this.#beforeRelu = beforeRelu;
  }

  get values(): ValueDivergence[] {
    return [...this.#values].map(([name, value]) => ({ name, ...value }));
  }

  /** Takes the same step of both. */
  compare(fixedPoint: TrainedStep, float64: TrainedStep): void {
    const { step } = fixedPoint;
    const isShown = Number.isInteger(Math.log2(step)) || step === this.#last;
    const { parameters, onTheWay } = compared(this.#plan, this.#plan.phases[fixedPoint.phase]);
    for (const { name, id } of [...parameters, ...onTheWay]) {
      const value = this.#values.get(name) ?? { differences: [] };
      this.#values.set(name, value);
      const [a, b] = [fixedPoint.read(id), float64.read(id)];
      const difference = { step, ...distance(a, b, this.#unit) };
      if (isShown) value.differences.push(difference);
      if (this.#beforeRelu.includes(name) && a.some((x, i) => x < 0 !== b[i] < 0)) value.crossed ??= step;
      if (onTheWay.some((other) => other.id === id)) continue;
      if (step === 1) this.#first = Math.max(this.#first, difference.largest);
      else if (difference.largest > step * this.#first) value.diverged ??= step;
    }
  }
}

interface Named {
  readonly name: string;
  readonly id: ValueId;
}

function compared({ values }: Plan, { ops, updates }: Phase): { parameters: Named[]; onTheWay: Named[] } {
  const named = (id: ValueId): Named => ({ name: values[id].name ?? `value ${id}`, id });
  const parameters = updates.map(({ state }) => named(state));
  // What bears the name of the part of the model that it serves is that part's output, or its gradient.
  const isPart = ({ name, layer }: Value) => layer !== undefined && layer === name;
  const onTheWay = ops
    .flatMap(({ op }) => ('out' in op && isPart(values[op.out]) ? [named(op.out)] : []))
    .filter(({ name }) => parameters.every((parameter) => parameter.name !== name));
  return {
    parameters,
    // The first value of a name: what is masked or cut down after it is the same.
    onTheWay: onTheWay.filter(({ name }, i) => onTheWay.findIndex((other) => other.name === name) === i),
  };
}

function distance(a: Float64Array, b: Float64Array, unit: number): { largest: number; rootMeanSquare: number } {
  let [largest, squares] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i] - b[i]) / unit;
    largest = Math.max(largest, difference);
    squares += difference ** 2;
  }
  return { largest, rootMeanSquare: Math.sqrt(squares / Math.max(1, a.length)) };
}

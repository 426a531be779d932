/**
 * The float64 twin: the same plan on real numbers in the clear, with exact functions instead of series and no rounding.
 * @module
 */
import type { ClearContext } from '../../operations/execution.ts';
import { declared } from '../../operations/table.ts';
import type { ValueId } from '../../operations/value.ts';
import { alarmWords, type Plan, updateStart } from '../../plan/plan.ts';
import { firstRowOf, rowsEntered } from '../../plan/records.ts';
import type { Streams } from '../../prg/stream.ts';
import { Decisions } from '../decisions.ts';
import { initialValues } from '../initial.ts';
import { type Node, type Revealed, trainingSteps } from '../node.ts';
import { type StepState, selectRows, TrainingOrder } from '../training-order.ts';
import { RealValues } from './real-values.ts';
import type { TrainedStep } from './trained-step.ts';

/** Runs a plan whose inputs are all of one owner, or of several asked by name. */
export function runFloat64(
  plan: Plan,
  inputsOf: (owner: string) => Node['inputs'],
  order: Streams,
  onRevealed?: Node['onRevealed'],
): Revealed {
  const twin = new Float64Twin(plan, inputsOf, order, onRevealed);
  for (const steps = twin.steps(); !steps.next().done; );
  return twin.revealed;
}

export class Float64Twin {
  readonly #plan: Plan;
  readonly #inputsOf: (owner: string) => Node['inputs'];
  readonly #order: TrainingOrder;
  readonly #values: RealValues;
  readonly #revealed = new Map<string, Float64Array>();
  readonly #step: StepState = { learningRate: 0, alarmPart: 0 };
  #trainingStep = 0;
  #repetition = 0;
  readonly #alarm: Float64Array;
  /** What operations run on. */
  readonly #context: ClearContext;

  readonly #onRevealed: Node['onRevealed'];

  constructor(
    plan: Plan,
    inputsOf: (owner: string) => Node['inputs'],
    order: Streams,
    onRevealed: Node['onRevealed'] = () => undefined,
  ) {
    this.#plan = plan;
    this.#onRevealed = onRevealed;
    this.#inputsOf = inputsOf;
    this.#order = new TrainingOrder(plan, order);
    this.#values = new RealValues(plan);
    for (const state of plan.state) {
      if (state.initial !== undefined) this.#values.set(state.value, initialValues(plan, state, order));
    }
    this.#alarm = new Float64Array(alarmWords(plan.sites));
    this.#context = this.#contextOf(plan);
  }

  get revealed(): Revealed {
    return this.#revealed;
  }

  /** The whole run, pausing after each step of training. */
  *steps(): Generator<TrainedStep, void> {
    const { before } = trainingSteps(this.#plan);
    const decisions = new Decisions(this.#plan);
    for (const [session, { phase: index, repeat, decides }] of decisions.sessions()) {
      const phase = this.#plan.phases[index];
      for (let repetition = 0; repetition < repeat; repetition++) {
        this.#trainingStep = before[session] + repetition;
        this.#repetition = repetition;
        if (phase.trains) this.#order.enter(this.#trainingStep, this.#step);
        for (const { op } of phase.ops) {
          const out = declared(op).clear(op, this.#context);
          if ('out' in op && out !== undefined) this.#values.set(op.out, out);
        }
        for (const update of phase.updates) {
          const [state, from] = [this.#valueOf(update.state), this.#valueOf(update.from)];
          if (update.first === undefined) this.#values.set(update.state, from);
          else state.set(from, updateStart(this.#plan, update, repetition));
        }
        if (phase.trains) yield { step: this.#trainingStep + 1, phase: index, read: (id) => this.#valueOf(id) };
      }
      if (decides !== undefined) decisions.decide(decides, this.#revealed);
    }
  }

  #valueOf(id: ValueId): Float64Array {
    return this.#values.of(id);
  }

  #contextOf(plan: Plan): ClearContext {
    return {
      values: plan.values,
      step: this.#step,
      alarm: this.#alarm,
      of: (id) => this.#values.of(id),
      room: (id) => this.#values.room(id),
      rowNumbers: ({ rows, first, of, out }) => {
        const numbers = new Uint32Array(plan.values[out].rows);
        const available = plan.values[of].rows;
        selectRows(rows, numbers, this.#order, this.#trainingStep, this.#repetition, available, first);
        return numbers;
      },
      entered: (entering) =>
        this.#inputsOf(entering.owner)(entering.name, this.#revealed, rowsEntered(plan, entering, this.#repetition)),
      firstRow: (entering) => firstRowOf(plan, entering, this.#repetition),
      multiply: (shape, operands) => this.#values.multiply(shape, operands),
      reveal: (name, numbers) => {
        this.#revealed.set(name, numbers);
        this.#onRevealed(name, numbers);
      },
    };
  }
}

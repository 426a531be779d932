/**
 * The float64 twin: the same plan on real numbers in the clear, with exact functions instead of series and no rounding.
 * @module
 */
import {
  ALARM_PARTS,
  alarmWords,
  type Factor,
  type Op,
  type OpOf,
  type Plan,
  updateStart,
  type ValueId,
} from '../plan/plan.ts';
import { firstRowOf } from '../plan/records.ts';
import type { Streams } from '../prg/stream.ts';
import { exactFunction } from '../protocol/fourier.ts';
import { Course } from './course.ts';
import { initialValues } from './initial.ts';
import { asRevealed, type Node, type Revealed, trainingSteps } from './node.ts';
import { RealValues } from './real-values.ts';
import { type StepState, selectRows, TrainingOrder } from './selection.ts';
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
  }

  get revealed(): Revealed {
    return this.#revealed;
  }

  /** The whole run, pausing after each step of training. */
  *steps(): Generator<TrainedStep, void> {
    const { before } = trainingSteps(this.#plan);
    const course = new Course(this.#plan);
    for (const [session, { phase: index, repeat, decides }] of course.sessions()) {
      const phase = this.#plan.phases[index];
      for (let repetition = 0; repetition < repeat; repetition++) {
        this.#trainingStep = before[session] + repetition;
        this.#repetition = repetition;
        if (phase.trains) this.#order.enter(this.#trainingStep, this.#step);
        for (const { op } of phase.ops) {
          const out = this.#evaluate(op);
          if ('out' in op && out !== undefined) this.#values.set(op.out, out);
        }
        for (const update of phase.updates) {
          const [state, from] = [this.#of(update.state), this.#of(update.from)];
          if (update.first === undefined) this.#values.set(update.state, from);
          else state.set(from, updateStart(this.#plan, update, repetition));
        }
        if (phase.trains) yield { step: this.#trainingStep + 1, phase: index, read: (id) => this.#of(id) };
      }
      if (decides !== undefined) course.decide(decides, this.#revealed);
    }
  }

  #of(id: ValueId): Float64Array {
    return this.#values.of(id);
  }

  /** The real number that a public factor stands for, from one scale to another. */
  #real({ constant, ratePower, bits }: Factor, fromBits: number, toBits: number): number {
    return constant * this.#step.learningRate ** ratePower * 2 ** (bits + fromBits - toBits);
  }

  #evaluate(op: Op): Float64Array | undefined {
    const { values } = this.#plan;
    switch (op.op) {
      case 'input':
        return this.#inputsOf(op.owner)(op.name, this.#revealed, { first: 0, count: values[op.out].rows });
      case 'load': {
        const rows = { first: op.first + this.#repetition * op.rows, count: op.rows };
        const at = firstRowOf(this.#plan, op, this.#repetition) * values[op.into].cols;
        this.#of(op.into).set(this.#inputsOf(op.owner)(op.name, this.#revealed, rows), at);
        return undefined;
      }
      case 'gather':
        return this.#gather(op);
      case 'linear': {
        const { fractionalBits } = values[op.out];
        const out = this.#values.room(op.out).fill(this.#real(op.constant, 0, fractionalBits));
        for (const { value, factor } of op.terms) {
          const by = this.#real(factor, values[value].fractionalBits, fractionalBits);
          const of = this.#of(value);
          for (let i = 0; i < out.length; i++) out[i] += by * of[i];
        }
        return out;
      }
      case 'broadcast': {
        const [of, out] = this.#ofAndRoom(op);
        for (let at = 0; at < out.length; at += of.length) out.set(of, at);
        return out;
      }
      case 'sumRows': {
        const [of, out] = this.#ofAndRoom(op);
        out.fill(0);
        for (let at = 0; at < of.length; at += out.length) {
          for (let c = 0; c < out.length; c++) out[c] += of[at + c];
        }
        return out;
      }
      case 'sumColumns': {
        const { cols } = values[op.of];
        const [of, out] = this.#ofAndRoom(op);
        out.fill(0);
        for (let r = 0; r < out.length; r++) for (let c = 0; c < cols; c++) out[r] += of[r * cols + c];
        return out;
      }
      case 'repeatColumn': {
        const { cols } = values[op.out];
        const [of, out] = this.#ofAndRoom(op);
        for (let r = 0; r < of.length; r++) out.fill(of[r], r * cols, (r + 1) * cols);
        return out;
      }
      case 'selectColumns': {
        const [from, to] = [values[op.of].cols, op.columns.length];
        const [of, out] = this.#ofAndRoom(op);
        for (let r = 0; r < values[op.of].rows; r++) {
          for (let c = 0; c < to; c++) out[r * to + c] = of[r * from + op.columns[c]];
        }
        return out;
      }
      case 'stack': {
        const out = this.#values.room(op.out);
        let at = 0;
        for (const id of op.of) {
          out.set(this.#of(id), at);
          at += this.#of(id).length;
        }
        return out;
      }
      case 'randomSums': {
        // Of values in the clear the entries themselves are watched: any sum of few is no proof.
        const [of, out] = this.#ofAndRoom(op);
        let most = 0;
        for (let i = 0; i < of.length; i++) most = Math.max(most, Math.abs(of[i]));
        return out.fill(most);
      }
      case 'allOf': {
        const [from, to] = [values[op.of].cols, op.groups.length];
        const [of, out] = this.#ofAndRoom(op);
        for (let i = 0; i < out.length; i++) {
          const row = Math.floor(i / to) * from;
          out[i] = 1;
          for (const { column, inverted } of op.groups[i % to]) {
            if ((of[row + column] === 1) === inverted) out[i] = 0;
          }
        }
        return out;
      }
      case 'product':
        return this.#product(op);
      case 'noise': // The twin tells what training gives without it.
      case 'open':
      case 'truncate':
      case 'openBits':
        return this.#of(op.of);
      case 'fourier': {
        const f = exactFunction(op.function);
        const scale = op.scale.constant * this.#step.learningRate ** op.scale.ratePower;
        const [of, out] = this.#ofAndRoom(op);
        for (let i = 0; i < out.length; i++) out[i] = scale * f(of[i]);
        return out;
      }
      case 'maskDigits':
      case 'maskNumbers':
        return undefined;
      case 'lessThan': {
        const threshold = op.threshold * 2 ** -values[op.of].fractionalBits;
        const [of, out] = this.#ofAndRoom(op);
        for (let i = 0; i < out.length; i++) out[i] = of[i] < threshold ? 1 : 0;
        return out;
      }
      case 'bitTimes':
        return this.#elementwise(op.out, op.bits, op.value);
      case 'watch':
        if (this.#of(op.bits).some((bit) => bit !== op.expected)) {
          this.#alarm[op.site * ALARM_PARTS + this.#step.alarmPart] = 1;
        }
        return undefined;
      case 'alarm':
        return op.of === 'run' ? Float64Array.of(this.#alarm.some((bit) => bit !== 0) ? 1 : 0) : this.#alarm;
      case 'reveal': {
        const numbers = asRevealed(op, this.#of(op.of).slice());
        this.#revealed.set(op.name, numbers);
        this.#onRevealed(op.name, numbers);
        return undefined;
      }
    }
  }

  #ofAndRoom({ of, out }: { readonly of: ValueId; readonly out: ValueId }): [of: Float64Array, out: Float64Array] {
    return [this.#of(of), this.#values.room(out)];
  }

  #elementwise(id: ValueId, x: ValueId, y: ValueId): Float64Array {
    const [a, b, out] = [this.#of(x), this.#of(y), this.#values.room(id)];
    for (let i = 0; i < out.length; i++) out[i] = a[i] * b[i];
    return out;
  }

  #gather(op: Extract<Op, { op: 'gather' }>): Float64Array {
    const { rows, cols } = this.#plan.values[op.out];
    const of = this.#of(op.of);
    const indices = new Uint32Array(rows);
    const available = this.#plan.values[op.of].rows;
    selectRows(op.rows, indices, this.#order, this.#trainingStep, this.#repetition, available, op.first);
    const out = this.#values.room(op.out);
    indices.forEach((row, i) => {
      out.set(of.subarray(row * cols, (row + 1) * cols), i * cols);
    });
    return out;
  }

  #product(op: OpOf<'product'>): Float64Array {
    if (op.form === 'elementwise') return this.#elementwise(op.out, op.x, op.y);
    this.#values.multiply(op);
    return this.#values.room(op.out);
  }
}

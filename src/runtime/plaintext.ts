/**
 * The float64 twin: the same plan on real numbers in the clear, with exact functions instead of series and no rounding.
 * @module
 */
import { invariant } from '../errors.ts';
import { ALARM_PARTS, type Factor, type Op, type Plan, sizeOf, updateStart, type ValueId } from '../plan/plan.ts';
import { firstRowOf } from '../plan/records.ts';
import type { Streams } from '../prg/stream.ts';
import { exactFunction } from '../protocol/fourier.ts';
import { productShape } from '../protocol/product.ts';
import { initialValues } from './initial.ts';
import { type Node, type Revealed, trainingSteps } from './node.ts';
import { type StepState, selectRows, TrainingOrder } from './selection.ts';

/** Runs a plan whose inputs are all of one owner, or of several asked by name. */
export function runFloat64(plan: Plan, inputsOf: (owner: string) => Node['inputs'], order: Streams): Revealed {
  return new Float64Executor(plan, inputsOf, order).run();
}

class Float64Executor {
  readonly #plan: Plan;
  readonly #inputsOf: (owner: string) => Node['inputs'];
  readonly #order: TrainingOrder;
  readonly #values = new Map<ValueId, Float64Array>();
  readonly #revealed = new Map<string, Float64Array>();
  readonly #step: StepState = { learningRate: 0, alarmPart: 0 };
  #trainingStep = 0;
  #repetition = 0;
  readonly #alarm: Float64Array;

  constructor(plan: Plan, inputsOf: (owner: string) => Node['inputs'], order: Streams) {
    this.#plan = plan;
    this.#inputsOf = inputsOf;
    this.#order = new TrainingOrder(plan, order);
    for (const state of plan.state) this.#values.set(state.value, initialValues(plan, state, order));
    this.#alarm = new Float64Array(Math.max(1, plan.sites.length) * ALARM_PARTS);
  }

  run(): Revealed {
    const { before } = trainingSteps(this.#plan);
    for (const [session, { phase: index, repeat }] of this.#plan.sessions.entries()) {
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
      }
    }
    return this.#revealed;
  }

  #of(id: ValueId): Float64Array {
    const value = this.#values.get(id);
    invariant(value !== undefined, `value ${id} is known`);
    return value;
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
        const out = new Float64Array(sizeOf(values[op.out])).fill(this.#real(op.constant, 0, fractionalBits));
        for (const { value, factor } of op.terms) {
          const by = this.#real(factor, values[value].fractionalBits, fractionalBits);
          const of = this.#of(value);
          for (let i = 0; i < out.length; i++) out[i] += by * of[i];
        }
        return out;
      }
      case 'broadcast': {
        const of = this.#of(op.of);
        return new Float64Array(sizeOf(values[op.out])).map((_, i) => of[i % of.length]);
      }
      case 'sumRows': {
        const { cols } = values[op.of];
        const out = new Float64Array(cols);
        this.#of(op.of).forEach((x, i) => {
          out[i % cols] += x;
        });
        return out;
      }
      case 'sumColumns': {
        const { rows, cols } = values[op.of];
        const of = this.#of(op.of);
        return new Float64Array(rows).map((_, r) => of.subarray(r * cols, (r + 1) * cols).reduce((a, b) => a + b, 0));
      }
      case 'repeatColumn': {
        const of = this.#of(op.of);
        const { cols } = values[op.out];
        return new Float64Array(sizeOf(values[op.out])).map((_, i) => of[Math.floor(i / cols)]);
      }
      case 'selectColumns': {
        const of = this.#of(op.of);
        const [from, to] = [values[op.of].cols, op.columns.length];
        return new Float64Array(sizeOf(values[op.out])).map((_, i) => {
          return of[Math.floor(i / to) * from + op.columns[i % to]];
        });
      }
      case 'randomSums': // Of values in the clear the entries themselves are watched: any sum of few is no proof.
        return new Float64Array(sizeOf(values[op.out])).fill(
          this.#of(op.of).reduce((m, x) => Math.max(m, Math.abs(x)), 0),
        );
      case 'allOf': {
        const of = this.#of(op.of);
        const [from, to] = [values[op.of].cols, op.groups.length];
        return new Float64Array(sizeOf(values[op.out])).map((_, i) => {
          const row = Math.floor(i / to) * from;
          return op.groups[i % to].every(({ column, inverted }) => (of[row + column] === 1) !== inverted) ? 1 : 0;
        });
      }
      case 'product':
        return this.#product(op);
      case 'open':
      case 'truncate':
      case 'openBits':
        return this.#of(op.of);
      case 'fourier': {
        const f = exactFunction(op.function);
        const scale = op.scale.constant * this.#step.learningRate ** op.scale.ratePower;
        return this.#of(op.of).map((x) => scale * f(x));
      }
      case 'maskDigits':
        return undefined;
      case 'lessThan': {
        const threshold = op.threshold * 2 ** -values[op.of].fractionalBits;
        return this.#of(op.of).map((x) => (x < threshold ? 1 : 0));
      }
      case 'bitTimes': {
        const bits = this.#of(op.bits);
        return this.#of(op.value).map((x, i) => bits[i] * x);
      }
      case 'watch':
        if (this.#of(op.bits).some((bit) => bit !== op.expected)) {
          this.#alarm[op.site * ALARM_PARTS + this.#step.alarmPart] = 1;
        }
        return undefined;
      case 'alarm':
        return this.#alarm;
      case 'reveal':
        this.#revealed.set(op.name, this.#of(op.of));
        return undefined;
    }
  }

  #gather(op: Extract<Op, { op: 'gather' }>): Float64Array {
    const { rows, cols } = this.#plan.values[op.out];
    const of = this.#of(op.of);
    const indices = new Uint32Array(rows);
    const available = this.#plan.values[op.of].rows;
    selectRows(op.rows, indices, this.#order, this.#trainingStep, this.#repetition, available, op.first);
    const out = new Float64Array(rows * cols);
    indices.forEach((row, i) => {
      out.set(of.subarray(row * cols, (row + 1) * cols), i * cols);
    });
    return out;
  }

  #product(op: Extract<Op, { op: 'product' }>): Float64Array {
    const { values } = this.#plan;
    const [x, y] = [this.#of(op.x), this.#of(op.y)];
    if (op.form === 'elementwise') return x.map((a, i) => a * y[i]);
    const { form, m, k, n } = productShape(op.form, values[op.x], values[op.y]);
    const out = new Float64Array(m * n);
    for (let i = 0; i < m; i++) {
      for (let l = 0; l < k; l++) {
        const a = form === 'matmulTN' ? x[l * m + i] : x[i * k + l];
        for (let j = 0; j < n; j++) out[i * n + j] += a * (form === 'matmulNT' ? y[j * k + l] : y[l * n + j]);
      }
    }
    return out;
  }
}

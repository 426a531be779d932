/**
 * Which rows a step takes: public, and the same at every node.
 * @module
 */
import { invariant } from '../errors.ts';
import { ALARM_PARTS } from '../operations/alarm-words.ts';
import type { RowChoice } from '../operations/execution.ts';
import { stepsInAll, stepsOfTraining } from '../plan/folds.ts';
import type { Plan } from '../plan/plan.ts';
import { permute } from '../prg/permutation.ts';
import type { Streams } from '../prg/stream.ts';
import { atOnce, DONE, inTurn, type Slices } from '../slices.ts';
import { FoldOrder } from './fold-order.ts';

/** Public numbers of the step under way. */
export interface StepState {
  learningRate: number;
  /** The part of the training that the alarm books what it sees on. */
  alarmPart: number;
}

/**
 * The batches of one run: each epoch in a fresh random order, the rows that fill no batch left out. Of folds, each training takes the rows of all folds
 * but its own.
 */
export class TrainingOrder {
  readonly #plan: Plan;
  readonly #publicStreams: Streams;
  readonly #folds: FoldOrder | undefined;
  #epoch = -1;
  #order = new Uint32Array(0);
  #fold = -1;
  /** The rows that the training under way takes; absent where it takes all. */
  #trained: Uint32Array | undefined;

  constructor(plan: Plan, publicStreams: Streams) {
    const { rows, folds } = plan.training;
    this.#plan = plan;
    this.#publicStreams = publicStreams;
    this.#folds = folds === undefined ? undefined : new FoldOrder(rows, folds, publicStreams);
  }

  /** Rows of training step `step`, counted over the whole run. */
  batch(step: number): Uint32Array {
    atOnce(this.shuffling(step));
    const { batch, stepsPerEpoch } = this.#plan.training;
    const first = (step % stepsPerEpoch) * batch;
    return this.#order.subarray(first, first + batch);
  }

  /** What is to be done before `batch` of this step can be read at once. */
  shuffling(step: number): Slices {
    const epoch = Math.floor(step / this.#plan.training.stepsPerEpoch);
    if (epoch === this.#epoch) return DONE;
    this.#epoch = epoch;
    const fold = Math.floor(step / stepsOfTraining(this.#plan.training));
    return inTurn(this.#taking(fold), () => this.#shuffle(epoch));
  }

  /** Takes the rows of a training. */
  #taking(fold: number): Slices {
    if (this.#folds === undefined || fold === this.#fold) return DONE;
    const folds = this.#folds;
    this.#fold = fold;
    return inTurn(folds.dealing(), () => {
      this.#trained = folds.others(fold);
      return DONE;
    });
  }

  #shuffle(epoch: number): Slices {
    const trained = this.#trained;
    const rows = trained?.length ?? this.#plan.training.rows;
    if (this.#order.length !== rows) this.#order = new Uint32Array(rows);
    const order = this.#order;
    return inTurn(permute(order, this.#publicStreams.stream('batch order'), epoch), () => {
      if (trained !== undefined) for (let i = 0; i < rows; i++) order[i] = trained[order[i]];
      return DONE;
    });
  }

  /** What is to be done before `heldOut` can be read at once. */
  dealing(): Slices {
    return this.#folds?.dealing() ?? DONE;
  }

  /** The row at a place of the fold that the training of which `step` steps are done left out. */
  heldOut(step: number, place: number): number {
    invariant(this.#folds !== undefined, 'a plan that takes the rows of folds has folds');
    const { count } = this.#plan.training.folds ?? { count: 1 };
    const done = Math.ceil(step / stepsOfTraining(this.#plan.training));
    return this.#folds.row(Math.min(count, Math.max(1, done)) - 1, place);
  }

  /** The public numbers of a training step. */
  enter(step: number, state: StepState): void {
    const { training } = this.#plan;
    const { rates, stepsPerRate } = training;
    const place = step % stepsOfTraining(training);
    state.learningRate = rates[Math.min(Math.floor(place / stepsPerRate), rates.length - 1)];
    state.alarmPart = Math.floor((step * ALARM_PARTS) / stepsInAll(training));
  }
}

/** Fills `out` with the rows of a choice; `repetition` counts within the session, and the next rows begin at `first`. */
export function selectRows(
  choice: RowChoice,
  out: Uint32Array,
  order: TrainingOrder,
  trainingStep: number,
  repetition: number,
  rowsOfData: number,
  first: number,
): void {
  if (choice === 'batch') {
    out.set(order.batch(trainingStep));
    return;
  }
  if (choice === 'next') {
    for (let k = 0; k < out.length; k++) out[k] = first + repetition * out.length + k;
    return;
  }
  if (choice === 'fold') {
    atOnce(order.dealing());
    for (let k = 0; k < out.length; k++) out[k] = order.heldOut(trainingStep, first + repetition * out.length + k);
    return;
  }
  // Pairs i < j in lexicographic order, a tile at a time; beyond the last pair, row 0 with itself, which counts nothing.
  let pair = repetition * out.length;
  let i = 0;
  while (i < rowsOfData - 1 && pair >= rowsOfData - 1 - i) {
    pair -= rowsOfData - 1 - i;
    i++;
  }
  let j = i + 1 + pair;
  for (let k = 0; k < out.length; k++) {
    const beyond = i >= rowsOfData - 1;
    out[k] = beyond ? 0 : choice === 'pairFirst' ? i : j;
    if (!beyond && ++j === rowsOfData) {
      i++;
      j = i + 1;
    }
  }
}

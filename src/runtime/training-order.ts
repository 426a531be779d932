/**
 * Which rows a step takes: public, and the same at every node.
 * @module
 */
import { ALARM_PARTS } from '../operations/alarm-words.ts';
import type { RowChoice } from '../operations/execution.ts';
import type { Plan } from '../plan/plan.ts';
import { permute } from '../prg/permutation.ts';
import type { Streams } from '../prg/stream.ts';
import { atOnce, DONE, type Slices } from '../slices.ts';

/** Public numbers of the step under way. */
export interface StepState {
  learningRate: number;
  /** The part of the training that the alarm books what it sees on. */
  alarmPart: number;
}

/** The batches of one run: each epoch in a fresh random order, the rows that fill no batch left out. */
export class TrainingOrder {
  readonly #plan: Plan;
  readonly #publicStreams: Streams;
  #epoch = -1;
  #order = new Uint32Array(0);

  constructor(plan: Plan, publicStreams: Streams) {
    this.#plan = plan;
    this.#publicStreams = publicStreams;
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
    const { rows, stepsPerEpoch } = this.#plan.training;
    const epoch = Math.floor(step / stepsPerEpoch);
    if (epoch === this.#epoch) return DONE;
    if (this.#order.length !== rows) this.#order = new Uint32Array(rows);
    this.#epoch = epoch;
    return permute(this.#order, this.#publicStreams.stream('batch order'), epoch);
  }

  /** The public numbers of a training step. */
  enter(step: number, state: StepState): void {
    const { rates, stepsPerRate, stepsPerEpoch, epochs } = this.#plan.training;
    state.learningRate = rates[Math.min(Math.floor(step / stepsPerRate), rates.length - 1)];
    state.alarmPart = Math.floor((step * ALARM_PARTS) / (stepsPerEpoch * epochs));
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

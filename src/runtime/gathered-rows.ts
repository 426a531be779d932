/**
 * The public row numbers that the gathers of one phase read.
 * @module
 */
import type { SelectedRows, Selection } from '../operations/execution.ts';
import type { Plan } from '../plan/plan.ts';
import { DONE, inTurn, type Slices } from '../slices.ts';
import { type StepState, selectRows, type TrainingOrder } from './training-order.ts';
import type { Workspace } from './workspace.ts';

interface Selected {
  readonly selection: Selection;
  readonly first: number;
  /** How many rows, and of how many. */
  readonly count: number;
  readonly of: number;
}

export class Selections {
  readonly #workspace: Workspace;
  readonly #buffers: (Selected & { readonly at: number })[] = [];

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  get #takesBatch(): boolean {
    return this.#buffers.some(({ selection }) => selection === 'batch');
  }

  /** Address of the row numbers that are selected; gathers of the same rows share them. */
  indices({ rows: selection, first, of, out }: SelectedRows, { values }: Plan): number {
    const wanted: Selected = { selection, first, count: values[out].rows, of: values[of].rows };
    const isWanted = (known: Selected) =>
      known.selection === selection && known.first === first && known.count === wanted.count && known.of === wanted.of;
    const known = this.#buffers.find(isWanted);
    if (known !== undefined) return known.at;
    const at = this.#workspace.memory.allocate(4 * wanted.count);
    this.#buffers.push({ ...wanted, at });
    return at;
  }

  /** Writes the rows that a repetition takes, and in training the public numbers of the step. */
  choose(order: TrainingOrder, trainingStep: number, repetition: number, step: StepState | undefined): Slices {
    if (step !== undefined) order.enter(trainingStep, step);
    return inTurn(this.#takesBatch ? order.shuffling(trainingStep) : DONE, () => {
      for (const { selection, first, count, of, at } of this.#buffers) {
        selectRows(selection, this.#workspace.memory.u32(at, count), order, trainingStep, repetition, of, first);
      }
      return DONE;
    });
  }
}

/**
 * The public row numbers that the gathers of one phase read.
 * @module
 */
import type { RowChoice, SelectedRows } from '../operations/execution.ts';
import type { Plan } from '../plan/plan.ts';
import { DONE, inTurn, type Slices } from '../slices.ts';
import { type StepState, selectRows, type TrainingOrder } from './training-order.ts';
import type { Workspace } from './workspace.ts';

interface Selected {
  readonly choice: RowChoice;
  readonly first: number;
  /** How many rows, and of how many. */
  readonly count: number;
  readonly of: number;
}

export class GatheredRows {
  readonly #workspace: Workspace;
  readonly #buffers: (Selected & { readonly at: number })[] = [];

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  #takes(wanted: RowChoice): boolean {
    return this.#buffers.some(({ choice }) => choice === wanted);
  }

  /** What is to be done before the rows of this step can be read at once. */
  #ordering(order: TrainingOrder, trainingStep: number): Slices {
    if (this.#takes('batch')) return order.shuffling(trainingStep);
    return this.#takes('fold') ? order.dealing() : DONE;
  }

  /** Address of the row numbers that are selected; gathers of the same rows share them. */
  indices({ rows: choice, first, of, out }: SelectedRows, { values }: Plan): number {
    const wanted: Selected = { choice, first, count: values[out].rows, of: values[of].rows };
    const isWanted = (known: Selected) =>
      known.choice === choice && known.first === first && known.count === wanted.count && known.of === wanted.of;
    const known = this.#buffers.find(isWanted);
    if (known !== undefined) return known.at;
    const at = this.#workspace.memory.allocate(4 * wanted.count);
    this.#buffers.push({ ...wanted, at });
    return at;
  }

  /** Writes the rows that a repetition takes, and in training the public numbers of the step. */
  choose(order: TrainingOrder, trainingStep: number, repetition: number, step: StepState | undefined): Slices {
    if (step !== undefined) order.enter(trainingStep, step);
    return inTurn(this.#ordering(order, trainingStep), () => {
      for (const { choice, first, count, of, at } of this.#buffers) {
        selectRows(choice, this.#workspace.memory.u32(at, count), order, trainingStep, repetition, of, first);
      }
      return DONE;
    });
  }
}

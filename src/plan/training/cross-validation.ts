/**
 * k-fold cross-validation: for each fold the model begins anew, is trained on the rows of the others, and is evaluated on its own. What is counted is added
 * up over the folds on shares, so that every row counts once; the numbers of each fold are kept where somebody is to learn them.
 *
 * All folds share their phases. Folds of two sizes, which differ by a row, have two evaluations.
 * @module
 */
import { type Folds, foldRows, foldSizes } from '../folds.ts';
import { OVER_FOLDS, ofEachFold } from '../outputs/metrics.ts';
import type { Session, TrainingSchedule, ValueId } from '../plan.ts';
import { exactly } from '../write/linear-builder.ts';
import type { PhaseBuilder } from '../write/phase-builder.ts';
import type { PlanBuilder } from '../write/plan-builder.ts';
import { added } from '../write/row-tiles.ts';
import type { RecordSet } from './data-sets.ts';
import { type Evaluated, evaluationPhases, type Tally, wantedMetrics } from './evaluation.ts';
import type { OpenedTally } from './final-phases.ts';
import type { ModelState } from './model-state.ts';
import type { TrainingTask } from './task.ts';

/** What one training runs: its steps, and the last look at the weights. */
export interface TrainingParts {
  readonly training: readonly Session[];
  readonly checking: readonly Session[];
}

export interface CrossValidation {
  readonly sessions: readonly Session[];
  /** Over all folds together. */
  readonly tallies: readonly Tally[];
  /** The same of each fold, where somebody learns it. */
  readonly ofFolds: readonly OpenedTally[];
}

/** Adds what is between the trainings of the folds and after each of them; `training` and `checking` are what one training runs. */
export function crossValidation(
  plan: PlanBuilder,
  task: TrainingTask,
  { rows, folds }: Pick<TrainingSchedule, 'rows'> & { readonly folds: Folds },
  records: RecordSet,
  state: ModelState,
  model: Evaluated,
  { training, checking }: TrainingParts,
): CrossValidation {
  const { keep, again } = state.beginnings();
  const sizes = foldSizes(rows, folds);
  const totals = new FoldTotals(plan, folds, (task.reveal.folds ?? []).length > 0);
  const evaluations = new Map(
    sizes.map((size) => {
      const part = { choice: 'fold', rows: size, all: rows, most: sizes[0], parts: folds.count } as const;
      const { sessions, tallies } = evaluationPhases(plan, wantedMetrics(task), records, model, part);
      return [size, [...sessions, totals.add(tallies, size)]] as const;
    }),
  );
  const ofFold = (fold: number): readonly Session[] => [
    fold === 0 ? keep : again,
    ...training,
    ...checking,
    ...(evaluations.get(foldRows(rows, folds, fold)) ?? []),
  ];
  return {
    sessions: Array.from({ length: folds.count }, (_, fold) => ofFold(fold)).flat(),
    tallies: totals.all,
    ofFolds: totals.ofFolds,
  };
}

/** What the tallies of the folds add up to. */
class FoldTotals {
  readonly all: Tally[] = [];
  readonly ofFolds: OpenedTally[] = [];
  readonly #plan: PlanBuilder;
  readonly #folds: Folds;
  readonly #keepsEach: boolean;

  constructor(plan: PlanBuilder, folds: Folds, keepsEach: boolean) {
    this.#plan = plan;
    this.#folds = folds;
    this.#keepsEach = keepsEach;
  }

  /** Adds the phase that takes up the tallies of a fold with so many rows. */
  add(tallies: readonly Tally[], rows: number): Session {
    const phase = this.#plan.phase('adding up the folds', (phase) => {
      for (const tally of tallies) {
        const other = OVER_FOLDS.get(tally.name);
        if (other === undefined) this.#take(phase, tally, copied(phase, tally.value));
        else this.#take(phase, { ...tally, name: other.name }, other.of(phase, tally.value, rows));
      }
    });
    return { phase, repeat: 1 };
  }

  #take(phase: PhaseBuilder, tally: Tally, counted: ValueId): void {
    const { count } = this.#folds;
    const value = phase.valueOf(counted);
    const total = this.#state(this.all, tally, value, tally.name, value.rows);
    phase.update(total, added(phase, total, counted));
    if (!this.#keepsEach) return;
    const each = this.#state(this.ofFolds, tally, value, ofEachFold(tally.name), count * value.rows);
    // The newest comes last: after the last fold they are in order.
    const others = phase.gather(each, 'next', (count - 1) * value.rows, value.rows);
    phase.update(each, phase.stack([others, counted], ofEachFold(tally.name)));
  }

  /** The state under a name, which the first fold begins. */
  #state<Name extends OpenedTally['name']>(
    known: { readonly name: Name; readonly value: ValueId }[],
    tally: Tally,
    { fractionalBits, cols, bound }: { readonly fractionalBits: number; readonly cols: number; readonly bound: number },
    name: Name,
    rows: number,
  ): ValueId {
    const found = known.find((other) => other.name === name);
    if (found !== undefined) return found.value;
    const value = this.#plan.addState({ rows, cols }, fractionalBits, bound * this.#folds.count, name);
    known.push({ ...tally, name, value });
    return value;
  }
}

/** The same as a value of this phase. */
function copied(phase: PhaseBuilder, value: ValueId): ValueId {
  const source = phase.valueOf(value);
  return phase.linear([{ value, factor: exactly(1) }], exactly(0), source.fractionalBits, source);
}

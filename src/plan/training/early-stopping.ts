/**
 * Early stopping: after each epoch the model is measured on validation rows, all parties learn that one number, and each decides alike.
 * A copy of the best parameters is kept where their masks are, which costs nothing; it is what is released.
 * @module
 */
import { invariant } from '../../errors.ts';
import { revealOutput } from '../outputs/catalogue.ts';
import { METRICS } from '../outputs/metrics.ts';
import type { Recipients } from '../outputs/output.ts';
import { validationOutput } from '../outputs/validation.ts';
import type { EarlyStopping, Session } from '../plan.ts';
import { exactly } from '../write/linear-builder.ts';
import type { PlanBuilder } from '../write/plan-builder.ts';
import type { RecordSet } from './data-sets.ts';
import { type Evaluated, evaluationPhases } from './evaluation.ts';
import type { NamedValue } from './model-state.ts';
import { recipientsOf, type TrainingTask, type Validation } from './task.ts';

export interface Stopping {
  /** When a session of the training runs: always, or until the training has stopped. */
  readonly whileTraining: Pick<Session, 'when'>;
  readonly afterEpoch: readonly Session[];
  /** What is evaluated and released of the parameters: the last ones, or the copies of the best ones. */
  readonly released: readonly NamedValue[];
  readonly rule?: EarlyStopping;
}

/** Adds the phases of early stopping, where the task has it. */
export function stoppingPart(
  plan: PlanBuilder,
  task: TrainingTask,
  validation: RecordSet | undefined,
  parameters: readonly NamedValue[],
  interval: number,
): Stopping {
  const { earlyStopping, architecture } = task;
  if (earlyStopping === undefined) return { whileTraining: {}, afterEpoch: [], released: parameters };
  invariant(validation !== undefined, 'early stopping has validation records');
  const values = parameters.map(({ value }) => value);
  const model = { architecture, parameters: values, interval, watched: 'everything' } as const;
  return stoppingPhases(plan, earlyStopping, validation, parameters, model, recipientsOf(task));
}

function stoppingPhases(
  plan: PlanBuilder,
  { metric, patience }: Validation,
  data: RecordSet,
  parameters: readonly NamedValue[],
  model: Evaluated,
  recipients: Recipients,
): Stopping {
  const { sessions, tallies } = evaluationPhases(plan, [metric], data, model);
  for (const { phase } of sessions) plan.phases[phase] = { ...plan.phases[phase], name: 'validation' };

  const output = validationOutput(metric);
  const opening = plan.phase('opening the validation metric', (phase) => {
    for (const { value, loss } of tallies) revealOutput(phase, value, output, recipients, loss);
  });
  const best = parameters.map(({ name, value }) => {
    const { fractionalBits, bound, layer, ...shape } = plan.values[value];
    return { name, value: plan.addState(shape, fractionalBits, bound, { name: `best ${name}`, layer }) };
  });
  const keep = plan.phase('keeping the best', (phase) => {
    for (const [i, { value }] of parameters.entries()) {
      const source = phase.valueOf(value);
      const copy = phase.linear([{ value, factor: exactly(1) }], exactly(0), source.fractionalBits, source);
      phase.update(best[i].value, copy);
    }
  });
  return {
    whileTraining: { when: 'training' },
    afterEpoch: [
      ...sessions.map((session) => ({ ...session, when: 'training' }) as const),
      { phase: opening, repeat: 1, when: 'training', decides: 'epoch' },
      { phase: keep, repeat: 1, when: 'best' },
    ],
    released: best,
    rule: { output, better: METRICS[metric].stopping.better, patience },
  };
}

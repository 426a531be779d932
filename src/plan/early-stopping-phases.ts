/**
 * Early stopping: after each epoch the model is measured on validation rows, all parties learn that one number, and each decides alike.
 * A copy of the best parameters is kept where their masks are, which costs nothing; it is what is released.
 * @module
 */
import type { Architecture } from '../graph/mlp.ts';
import { revealOutput } from './outputs/catalogue.ts';
import { METRICS, type StoppingMetric } from './outputs/metrics.ts';
import type { ParameterName } from './outputs/parameters.ts';
import { validationOutput } from './outputs/validation.ts';
import { exactly } from './phase-builder.ts';
import type { EarlyStopping, Session, ValueId } from './plan.ts';
import type { PlanBuilder } from './plan-builder.ts';
import { evaluationPhases } from './training/evaluation.ts';
import type { RecordSet } from './training/record-set.ts';

export interface Validation {
  readonly metric: StoppingMetric;
  readonly patience: number;
  /** Validation rows of each party, by name. */
  readonly rows: Readonly<Record<string, number>>;
}

export interface NamedValue {
  readonly name: ParameterName;
  readonly value: ValueId;
}

export interface EarlyStoppingPhases {
  /** What follows each epoch. */
  readonly sessions: readonly Session[];
  readonly best: readonly NamedValue[];
  readonly rule: EarlyStopping;
}

export function earlyStoppingPhases(
  plan: PlanBuilder,
  { metric, patience }: Validation,
  data: RecordSet,
  architecture: Architecture,
  parameters: readonly NamedValue[],
  interval: number,
): EarlyStoppingPhases {
  const values = parameters.map(({ value }) => value);
  const model = { architecture, parameters: values, interval, watched: 'everything' } as const;
  const { sessions, tallies } = evaluationPhases(plan, [metric], data, model);
  for (const { phase } of sessions) plan.phases[phase] = { ...plan.phases[phase], name: 'validation' };

  const output = validationOutput(metric);
  const opening = plan.phase('opening the validation metric', (phase) => {
    for (const { value, loss } of tallies) revealOutput(phase, value, output, plan.roles.parties, loss);
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
    sessions: [
      ...sessions.map((session) => ({ ...session, when: 'training' }) as const),
      { phase: opening, repeat: 1, when: 'training', decides: 'epoch' },
      { phase: keep, repeat: 1, when: 'best' },
    ],
    best,
    rule: { output, better: METRICS[metric].stopping.better, patience },
  };
}

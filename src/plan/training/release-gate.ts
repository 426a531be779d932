/**
 * What lets the model out: nothing holds it back, or a gate does that is measured on shares or by an auditor.
 * @module
 */
import { invariant } from '../../errors.ts';
import { revealOutput } from '../outputs/catalogue.ts';
import { type Copy, parameterOutput } from '../outputs/parameters.ts';
import type { ReleaseGate, Session } from '../plan.ts';
import type { PhaseBuilder } from '../write/phase-builder.ts';
import type { PlanBuilder } from '../write/plan-builder.ts';
import type { RecordSet } from './data-sets.ts';
import type { Evaluated } from './evaluation.ts';
import { gateCounting } from './gate-counting.ts';
import type { NamedValue } from './model-state.ts';
import { type GateTask, recipientsOf, type TrainingTask, totalOf } from './task.ts';

export interface ReleasePart {
  /** What runs before the range alarm, which watches it. Opens nothing. */
  readonly before: readonly Session[];
  /** Reveals the model with all other outputs, where no gate comes before it. */
  readonly revealWithOutputs: (phase: PhaseBuilder) => void;
  /** Adds the phases after all other outputs: they decide, and reveal the model. */
  readonly after: () => readonly Session[];
  readonly rule?: ReleaseGate;
}

/** True: the gate counts rows on shares, so test rows enter. False: there is no gate, or an auditor is one. */
export const countsRows = (gate: GateTask | undefined): boolean => gate !== undefined && gate.auditor === undefined;

export function releasePart(
  plan: PlanBuilder,
  task: TrainingTask,
  released: readonly NamedValue[],
  sets: { readonly members: RecordSet | undefined; readonly others: RecordSet | undefined },
  model: Pick<Evaluated, 'architecture' | 'interval'>,
): ReleasePart {
  const { gate } = task;
  const recipients = recipientsOf(task);
  const revealModel = (phase: PhaseBuilder, copy: Copy = 'released') => {
    for (const { name, value } of released) revealOutput(phase, value, parameterOutput(name, copy), recipients);
  };
  if (gate === undefined) {
    return { before: [], revealWithOutputs: (phase) => revealModel(phase), after: () => [] };
  }
  const { maxAdvantage, auditor } = gate;
  const letOut = (): Session => ({
    phase: plan.phase('model', (phase) => revealModel(phase)),
    repeat: 1,
    when: 'released',
  });
  const revealWithOutputs = () => undefined;
  if (auditor !== undefined) {
    const copy = (): Session => ({
      phase: plan.phase('copy for the auditor', (phase) => revealModel(phase, 'audited')),
      repeat: 1,
      decides: 'release',
    });
    const rule: ReleaseGate = { maxAdvantage, on: 'copy', auditor };
    return { before: [], revealWithOutputs, after: () => [copy(), letOut()], rule };
  }
  const { members, others } = sets;
  invariant(members !== undefined && others !== undefined, 'a gate on shares has training and test records');
  const parameters = released.map(({ value }) => value);
  const { counting, opening } = gateCounting(plan, { members, others }, { ...model, parameters }, recipients);
  const [ofMembers, ofOthers] = [task.trainRows, task.testRows].map(totalOf);
  const rule: ReleaseGate = { maxAdvantage, on: 'shares', members: ofMembers, others: ofOthers };
  return { before: counting, revealWithOutputs, after: () => [opening, letOut()], rule };
}

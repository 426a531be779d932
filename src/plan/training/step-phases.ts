/**
 * The phases of training steps, and the order in which they run.
 * @module
 */
import { LOSS_BITS, lossResolution } from '../loss-resolution.ts';
import type { Lowering } from '../lowering/lowering.ts';
import { revealOutput } from '../outputs/catalogue.ts';
import { TRAINING_LOSS } from '../outputs/training-loss.ts';
import type { Session, TrainingSchedule } from '../plan.ts';
import type { PhaseBuilder } from '../write/phase-builder.ts';
import type { PlanBuilder } from '../write/plan-builder.ts';
import type { Stopping } from './early-stopping.ts';
import type { ModelState, Moved } from './model-state.ts';
import type { TrainingStep } from './step.ts';
import { recipientsOf, type TrainingTask } from './task.ts';

export interface StepPhases {
  /** A step that opens nothing; absent where every step is the last of an epoch and opens its loss. */
  readonly plain?: number;
  /** The last step of an epoch, where it opens its loss. */
  readonly last?: number;
}

export function stepPhases(
  plan: PlanBuilder,
  task: TrainingTask,
  step: TrainingStep,
  state: ModelState,
  { stepsPerEpoch, epochs }: TrainingSchedule,
): StepPhases {
  const add = (name: string, opens: (phase: PhaseBuilder, lowering: Lowering) => void = () => undefined) => {
    let moved: readonly Moved[] = [];
    const write = (phase: PhaseBuilder) => {
      state.watch(phase);
      const lowering = step.lower(phase, state.values);
      moved = step.model.state.map(({ name, updated, bound }, i) => {
        const before = state.values[i];
        const { value, growth } = lowering.updated(updated, before, name, stepsPerEpoch * epochs);
        if (bound !== undefined) phase.bounded(value, bound);
        phase.update(before, value);
        const after = phase.valueOf(value).bound;
        state.requireRoom(i, value);
        step.requireSmallStep(phase, before, value, name);
        return { growth, bound: after };
      });
      opens(phase, lowering);
    };
    return { phase: plan.phase(name, write, true), moved };
  };
  const mark = plan.mark();
  const { moved } = add('training');
  plan.reset(mark);
  state.settle(moved);

  const { architecture, dataBits, weights } = task;
  const opensLoss = task.reveal.trainingLoss.length > 0;
  const openLoss = (phase: PhaseBuilder, lowering: Lowering) => {
    const loss = lowering.atScale(step.model.loss, LOSS_BITS[architecture.output]);
    const resolved = (weights?.largest ?? 1) * lossResolution(architecture, dataBits);
    revealOutput(phase, loss, TRAINING_LOSS, recipientsOf(task), { resolved });
  };
  return {
    ...(opensLoss && stepsPerEpoch === 1 ? {} : { plain: add('training').phase }),
    ...(opensLoss ? { last: add('training with loss', openLoss).phase } : {}),
  };
}

/** The sessions of all epochs. An epoch is a session by itself where something follows it. */
export function trainingSessions(
  { plain, last }: StepPhases,
  { stepsPerEpoch, epochs }: TrainingSchedule,
  { whileTraining, afterEpoch }: Stopping,
): Session[] {
  const isSplit = last !== undefined || afterEpoch.length > 0;
  const plainSteps = isSplit ? stepsPerEpoch - (last === undefined ? 0 : 1) : stepsPerEpoch * epochs;
  const epoch: Session[] = [
    ...(plain === undefined ? [] : [{ phase: plain, repeat: plainSteps, ...whileTraining }]),
    ...(last === undefined ? [] : [{ phase: last, repeat: 1, ...whileTraining }]),
    ...afterEpoch,
  ];
  return Array.from({ length: isSplit ? epochs : 1 }, () => epoch).flat();
}

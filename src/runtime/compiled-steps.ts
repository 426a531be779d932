/**
 * What compiled phases consist of: steps that are short, and steps in slices.
 * @module
 */
import { inSlices, type Step } from '../operations/execution.ts';
import type { Pace } from '../slices.ts';
import { type Profile, timed, timedSlices } from './profile/profile.ts';

/** A step on fewer takes milliseconds. */
const MANY_ELEMENTS = 2 ** 18;

/** The same step, whose time is booked if there is a profile. */
export function timedStep(profile: Profile | undefined, operation: string, step: Step, layer?: string): Step {
  if (typeof step === 'function') return timed(profile, operation, step, layer);
  return inSlices(timedSlices(profile, operation, step.slices, layer));
}

/** A step on tensors of so many elements: after a long one other work may come in. */
export function pausing(step: Step, elements: number): Step {
  if (typeof step !== 'function' || elements <= MANY_ELEMENTS) return step;
  return inSlices(function* () {
    step();
    yield;
  });
}

/** Copies the new value of a state where it belongs after a repetition. */
export interface StateUpdate {
  readonly elements: number;
  readonly copy: (repetition: number) => void;
}

/** Updates state one value after the other from a given one on, and gives way after a large one if it is time. */
export function takeUpdates(
  updates: readonly StateUpdate[],
  repetition: number,
  pace: Pace,
  from = 0,
): Promise<void> | undefined {
  for (let i = from; i < updates.length; i++) {
    const { elements, copy } = updates[i];
    copy(repetition);
    if (elements > MANY_ELEMENTS && pace.isDue) {
      return pace.rest().then(() => takeUpdates(updates, repetition, pace, i + 1));
    }
  }
  return undefined;
}

/** Takes steps one after the other from a given one on, and gives way whenever it is time. Steps that are done before that leave nothing to wait for. */
export function takeSteps(steps: readonly Step[], pace: Pace, from = 0): Promise<void> | undefined {
  for (let i = from; i < steps.length; i++) {
    const step = steps[i];
    if (typeof step === 'function') {
      step();
      continue;
    }
    const pause = pace.through(step.slices());
    if (pause !== undefined) return pause.then(() => takeSteps(steps, pace, i + 1));
  }
  return pace.isDue ? pace.rest() : undefined;
}

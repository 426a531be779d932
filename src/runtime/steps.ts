/**
 * What compiled phases consist of: steps that are short, and steps in slices.
 * @module
 */
import type { Pace, Slices } from '../slices.ts';
import { type Profile, timed, timedSlices } from './profile.ts';

/** A part of an operation between two exchanges. */
export type Step = (() => void) | { readonly slices: () => Slices };

/** A step that may take long. */
export const inSlices = (slices: () => Slices): Step => ({ slices });

/** The same step, whose time is booked if there is a profile. */
export function timedStep(profile: Profile | undefined, operation: string, step: Step, layer?: string): Step {
  if (typeof step === 'function') return timed(profile, operation, step, layer);
  return inSlices(timedSlices(profile, operation, step.slices, layer));
}

/** Takes steps one after the other, and gives way whenever it is time. */
export async function takeSteps(steps: readonly Step[], pace: Pace): Promise<void> {
  for (const step of steps) {
    if (typeof step === 'function') {
      step();
      if (pace.isDue) await pace.rest();
    } else {
      const work = step.slices();
      while (work.next().done !== true) if (pace.isDue) await pace.rest();
    }
  }
}

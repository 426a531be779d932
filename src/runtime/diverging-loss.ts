/**
 * Losses that no model has: the training diverges, and whoever learns one stops the run there, before the alarm is read next.
 * @module
 */
import { TrefoilError } from '../errors.ts';
import type { Output } from '../operations/effects.ts';
import { LARGEST_LOSS } from '../plan/loss-resolution.ts';
import { outputNamed } from '../plan/outputs/catalogue.ts';

/** What is opened below 0 is at most a loss's resolution; so many times as much is no rounding. */
const BEYOND_ROUNDING = 16;

/** Throws `TREFOIL_RANGE` where a loss, as it was opened, is none. */
export function requirePossible({ name, loss }: Output, opened: Float64Array): void {
  if (loss === undefined) return;
  const impossible = opened.find((value) => value < -BEYOND_ROUNDING * loss.resolved || value > LARGEST_LOSS);
  if (impossible === undefined) return;
  const why =
    impossible < 0 ? 'and no loss is below 0' : 'and no model that the arithmetic is right for has such a loss';
  throw new TrefoilError(
    'TREFOIL_RANGE',
    `the training diverges: the ${outputNamed(name).what} came out as ${Number(impossible.toPrecision(3))}, ${why}, so the run stops and no model is ` +
      'released; lower training.learningRate',
  );
}

/**
 * What a `NoiseSource` takes of a memory.
 * @module
 */
import { TABLE_BYTES } from './gaussian-table.ts';

/** Pairs of words that are expanded at once. */
export const ATTEMPTS = 1024;
export const ATTEMPT_BYTES = 16;
export const PROGRESS_BYTES = 8;

/** What a `NoiseSource` for so many different deviations takes of a memory, at most. */
export function noiseBytes(deviations: number): number {
  const align = (bytes: number) => Math.ceil(bytes / 64) * 64;
  return align(ATTEMPTS * ATTEMPT_BYTES) + align(PROGRESS_BYTES) + deviations * align(TABLE_BYTES);
}

/**
 * This node's part of the noise of one operation: drawn at the latest when it is added, earlier where there is time, and used once.
 * @module
 */
import type { Noise } from '../operations/effects.ts';
import { noiseAt } from '../plan/noise-deviations.ts';
import type { Slices } from '../slices.ts';
import type { TrustMode } from '../trust/modes.ts';
import type { Workspace } from './workspace.ts';

/** Samples that are drawn between two places where other work may come in. */
const SLICE_SAMPLES = 2 ** 18;

export class OwnNoise {
  readonly #workspace: Workspace;
  readonly #noise: Noise;
  readonly #trust: TrustMode;
  readonly #count: number;
  readonly #at: number;
  #isDrawn = false;

  constructor(workspace: Workspace, noise: Noise, trust: TrustMode, count: number) {
    this.#workspace = workspace;
    this.#noise = noise;
    this.#trust = trust;
    this.#count = count;
    this.#at = workspace.words(count);
  }

  /** Draws what the next addition takes, for the step under way. */
  *draw(): Slices {
    if (this.#isDrawn) return;
    const { machine, noise, step } = this.#workspace;
    machine.kernels.fill0(this.#at, 8 * this.#count);
    const { deviation } = noiseAt(this.#noise, this.#trust, step.learningRate);
    for (let done = 0; done < this.#count; done += SLICE_SAMPLES) {
      noise.add(this.#at + 8 * done, Math.min(SLICE_SAMPLES, this.#count - done), deviation);
      yield;
    }
    this.#isDrawn = true;
  }

  *addTo(to: number): Slices {
    yield* this.draw();
    this.#workspace.machine.kernels.add(to, to, this.#at, this.#count);
    this.#isDrawn = false;
  }
}

/**
 * This node's part of the noise of one operation: drawn at the latest when it is added, earlier where there is time, and used once.
 * @module
 */
import { deviationAt } from '../plan/noise-deviations.ts';
import type { Factor } from '../plan/plan.ts';
import type { Workspace } from './workspace.ts';

export class OwnNoise {
  readonly #workspace: Workspace;
  readonly #deviation: Factor;
  readonly #count: number;
  readonly #at: number;
  #isDrawn = false;

  constructor(workspace: Workspace, deviation: Factor, count: number) {
    this.#workspace = workspace;
    this.#deviation = deviation;
    this.#count = count;
    this.#at = workspace.words(count);
  }

  /** Draws what the next addition takes, for the step under way. */
  draw(): void {
    if (this.#isDrawn) return;
    const { machine, noise, step } = this.#workspace;
    machine.kernels.fill0(this.#at, 8 * this.#count);
    noise.add(this.#at, this.#count, deviationAt(this.#deviation, step.learningRate));
    this.#isDrawn = true;
  }

  addTo(to: number): void {
    this.draw();
    this.#workspace.machine.kernels.add(to, to, this.#at, this.#count);
    this.#isDrawn = false;
  }
}

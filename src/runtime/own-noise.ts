/**
 * This node's part of the noise of one operation: drawn at the latest when it is added, earlier where there is time, and used once.
 * @module
 */
import { noiseAt } from '../plan/noise-deviations.ts';
import type { OpOf, TrustMode } from '../plan/plan.ts';
import type { Workspace } from './workspace.ts';

export class OwnNoise {
  readonly #workspace: Workspace;
  readonly #op: OpOf<'noise'>;
  readonly #trust: TrustMode;
  readonly #count: number;
  readonly #at: number;
  #isDrawn = false;

  constructor(workspace: Workspace, op: OpOf<'noise'>, trust: TrustMode, count: number) {
    this.#workspace = workspace;
    this.#op = op;
    this.#trust = trust;
    this.#count = count;
    this.#at = workspace.words(count);
  }

  /** Draws what the next addition takes, for the step under way. */
  draw(): void {
    if (this.#isDrawn) return;
    const { machine, noise, step } = this.#workspace;
    machine.kernels.fill0(this.#at, 8 * this.#count);
    noise.add(this.#at, this.#count, noiseAt(this.#op, this.#trust, step.learningRate).deviation);
    this.#isDrawn = true;
  }

  addTo(to: number): void {
    this.draw();
    this.#workspace.machine.kernels.add(to, to, this.#at, this.#count);
    this.#isDrawn = false;
  }
}

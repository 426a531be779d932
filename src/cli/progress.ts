/**
 * Progress while a job runs: a bar on a terminal, plain lines elsewhere.
 * @module
 */
import { Presets, SingleBar } from 'cli-progress';
import type { Progress } from '../runtime/node.ts';

/** Plain lines come at most this often. */
const LINE_MS = 2000;

function timeLeft(seconds: number): string {
  if (seconds < 1) return 'less than a second left';
  return seconds < 90 ? `${Math.ceil(seconds)} s left` : `${Math.ceil(seconds / 60)} min left`;
}

export class ProgressDisplay {
  readonly #bar: SingleBar | undefined;
  #trainingSince: number | undefined;
  #lastLine = 0;
  #phase = '';
  #loss = '';

  constructor() {
    this.#bar = process.stderr.isTTY
      ? new SingleBar(
          { format: 'training {bar} {value}/{total} steps, {left}{loss}', hideCursor: true, stream: process.stderr },
          Presets.shades_classic,
        )
      : undefined;
  }

  loss(value: number): void {
    this.#loss = `, loss ${value.toFixed(4)}`;
  }

  update({ phase, trainingSteps, ofTrainingSteps }: Progress): void {
    const now = performance.now();
    if (trainingSteps === 0) {
      this.#stopBar();
      if (phase !== this.#phase) console.error(phase === 'load' ? 'records are shared' : phase);
      this.#phase = phase;
      return;
    }
    this.#trainingSince ??= now;
    this.#phase = phase;
    const seconds = (now - this.#trainingSince) / 1000;
    const left = timeLeft((seconds / trainingSteps) * (ofTrainingSteps - trainingSteps));
    const loss = this.#loss;
    if (this.#bar !== undefined) {
      if (!this.#bar.isActive) this.#bar.start(ofTrainingSteps, trainingSteps, { left, loss });
      this.#bar.update(trainingSteps, { left, loss });
    } else if (now - this.#lastLine > LINE_MS || trainingSteps === ofTrainingSteps) {
      this.#lastLine = now;
      console.error(`training: step ${trainingSteps} of ${ofTrainingSteps}, ${left}${loss}`);
    }
  }

  stop(): void {
    this.#stopBar();
  }

  #stopBar(): void {
    if (this.#bar?.isActive) this.#bar.stop();
  }
}

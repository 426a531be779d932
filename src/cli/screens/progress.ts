/**
 * Progress while a job runs: a bar on a terminal, plain lines elsewhere.
 * @module
 */
import { Presets, SingleBar } from 'cli-progress';
import type { Progress } from '../../runtime/node.ts';
import { withinResolved } from './resolution-screen.ts';

/** Plain lines about one thing come at most this often, and in long runs more rarely. */
const LINE_MS = 2000;
const LINES_A_DECADE = 10;
/** How long something has to go on before it is known how long it will take. */
const ESTIMATE_MS = 500;

const FORMAT = '{what} {bar} {value}/{total}{rest}';

function timeLeft(seconds: number): string {
  if (seconds < 1) return 'less than a second left';
  return seconds < 90 ? `${Math.ceil(seconds)} s left` : `${Math.ceil(seconds / 60)} min left`;
}

/** Something that is repeated: how far it has come, and since when it is watched. */
interface Underway {
  readonly what: string;
  readonly since: number;
  readonly from: number;
  lastLine: number;
}

export class ProgressDisplay {
  readonly #bar: SingleBar | undefined;
  #underway: Underway | undefined;
  #last = '';
  #loss = '';
  #lossEpoch = 0;

  constructor() {
    const options = { format: FORMAT, hideCursor: true, stream: process.stderr, autopadding: true };
    this.#bar = process.stderr.isTTY ? new SingleBar(options, Presets.shades_classic) : undefined;
  }

  /** A line of its own, unless it repeats the one before. */
  line(text: string): void {
    if (text === this.#last) return;
    this.#last = text;
    this.stop();
    console.error(text);
  }

  /** The loss at the end of an epoch, counted from 1, and below what it is rounding. Of several nodes some tell it later. */
  loss(value: number, epoch: number, resolved?: number): void {
    if (epoch < this.#lossEpoch) return;
    this.#lossEpoch = epoch;
    this.#loss = `, loss ${withinResolved(value, resolved)} in epoch ${epoch}`;
  }

  update({ phase, done, of, trainingSteps, ofTrainingSteps, fold, folds }: Progress): void {
    const training = fold === undefined ? 'training' : `training for fold ${fold} of ${folds}`;
    if (trainingSteps > 0) this.#advance(training, trainingSteps, ofTrainingSteps, this.#loss);
    else if (of > 1) this.#advance(phase, done, of, '');
    else this.line(phase);
  }

  /** Rows of data files that have been read. */
  loading(done: number, of: number): void {
    this.#advance('reading records', done, of, '');
  }

  /** Products on the curve, of rows of one kind. */
  aligning(kind: string, done: number, of: number): void {
    this.#advance(`aligning ${kind} rows`, done, of, '');
  }

  stop(): void {
    if (this.#bar?.isActive) this.#bar.stop();
  }

  #advance(what: string, done: number, of: number, after: string): void {
    const now = performance.now();
    if (this.#underway?.what !== what) {
      this.stop();
      this.#underway = { what, since: now, from: done, lastLine: now };
    }
    const { since, from, lastLine } = this.#underway;
    const rate = (done - from) / (now - since);
    const isKnown = done < of && rate > 0 && now - since > ESTIMATE_MS;
    const rest = `${isKnown ? `, ${timeLeft((of - done) / rate / 1000)}` : ''}${after}`;
    if (this.#bar !== undefined) {
      if (this.#bar.isActive) this.#bar.update(done, { rest });
      else this.#bar.start(of, done, { what, rest });
      if (done === of) this.stop();
    } else if (done === of || now - lastLine > Math.max(LINE_MS, (now - since) / LINES_A_DECADE)) {
      this.#underway.lastLine = now;
      this.line(`${what}: ${done} of ${of}${rest}`);
    }
  }
}

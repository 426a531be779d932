/**
 * What an executor needs from the node that it runs in.
 * @module
 */
import type { Output } from '../operations/effects.ts';
import { asRevealed } from '../operations/reveal.ts';
import { stepsOfTraining } from '../plan/folds.ts';
import { type Plan, type Session, sizeOf, type Value } from '../plan/plan.ts';
import type { OwnRows } from '../plan/records.ts';
import type { Streams } from '../prg/stream.ts';
import type { Advantage } from '../privacy/accounting/membership-advantage.ts';
import { decodeWords } from '../ring/word-arrays.ts';
import type { Link } from '../transport/link.ts';
import { requirePossible } from './diverging-loss.ts';
import type { Profile } from './profile/profile.ts';

/** Outputs that this node was named as a recipient of, by name, as real numbers. */
export type Revealed = ReadonlyMap<string, Float64Array>;

/** What a node has when the plan is done. */
export interface Outcome {
  readonly revealed: Revealed;
  /** Simultaneous exchanges that this node took part in; a dealer takes part in none. */
  readonly rounds: number;
  /** The sessions of the plan that ran: all, unless training stopped early. */
  readonly sessions: readonly Session[];
  /** What the release gate decided on, where there is one and this node learns it. */
  readonly advantage?: Advantage;
  /** Bytes of memory that tensors took. */
  readonly tensorBytes: number;
}

export interface Progress {
  readonly phase: string;
  /** Repetitions of the session that are done, and in all. */
  readonly done: number;
  readonly of: number;
  /** Steps of training done so far, and in all; 0 outside training. */
  readonly trainingSteps: number;
  readonly ofTrainingSteps: number;
  /** With folds, the one whose training these steps came to, counted from 1, and how many there are. Absent outside training. */
  readonly fold?: number;
  readonly folds?: number;
}

export interface Node {
  readonly self: string;
  readonly plan: Plan;
  /** Threads that compute its matrix products, at least one. */
  readonly threads: number;
  readonly links: ReadonlyMap<string, Link>;
  /** Streams shared with the dealer, or for the dealer with each evaluator, by name. */
  readonly shared: ReadonlyMap<string, Streams>;
  /** Public randomness of the run. */
  readonly publicStreams: Streams;
  /** These rows of this node's own records or sums for an input of the plan; earlier outputs may matter for them. */
  readonly inputs: (name: string, revealed: Revealed, rows: OwnRows) => Float64Array;
  /** This evaluator's share of these rows for an input of the plan, as ring elements, of an owner that runs no node. */
  readonly shares?: (owner: string, name: string, rows: OwnRows) => Uint8Array;
  /** Fixes this node's noise, where nothing is private: in tests and in the clear. */
  readonly noiseSeed?: Uint8Array;
  /** Attacks the model that an auditor received, as the release gate of the plan asks. */
  readonly audit?: (revealed: Revealed) => Promise<Advantage>;
  /** Called before this node sends the message without which nobody gets the first output, and perhaps again. Nothing leaves where it throws. */
  readonly beforeOutputs?: () => void;
  readonly onProgress: (progress: Progress) => void;
  /** Called as each output arrives. */
  readonly onRevealed: (name: string, value: Float64Array) => void;
  /** Where its time is to be booked, if anywhere. */
  readonly profile?: Profile;
}

/** Steps of training before each session, and in all. */
export function trainingSteps({ phases, sessions }: Plan): {
  readonly before: readonly number[];
  readonly total: number;
} {
  let total = 0;
  const before = sessions.map(({ phase, repeat }) => {
    const first = total;
    if (phases[phase].trains) total += repeat;
    return first;
  });
  return { before, total };
}

/** How far the training is after a repetition of a session, as progress tells it: at 0 before the first step, and where the training is over. */
export function trainedAfter(
  { phases, sessions, training }: Plan,
  { before, total }: ReturnType<typeof trainingSteps>,
  session: number,
  repetition: number,
): Pick<Progress, 'trainingSteps' | 'ofTrainingSteps' | 'fold' | 'folds'> {
  const { phase, when } = sessions[session];
  const isOver = when === undefined && before[session] >= total;
  const done = phases[phase].trains ? before[session] + repetition + 1 : isOver ? 0 : before[session];
  const steps = { trainingSteps: done, ofTrainingSteps: total };
  const { folds } = training;
  if (folds === undefined || done === 0) return steps;
  return { ...steps, fold: Math.ceil(done / stepsOfTraining(training)), folds: folds.count };
}

/** Real numbers of an output, from its ring elements or its plane. Throws `TREFOIL_RANGE` where they are no loss and should be one. */
export function decodeOutput(value: Value, reveal: Output, words: BigUint64Array): Float64Array {
  if (value.kind === 'maskedBits') {
    return Float64Array.from({ length: sizeOf(value) }, (_, i) => Number((words[i >> 6] >> BigInt(i & 63)) & 1n));
  }
  const opened = decodeWords(words, value.fractionalBits);
  requirePossible(reveal, opened);
  return asRevealed(reveal, opened);
}

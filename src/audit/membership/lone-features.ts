/**
 * Canaries at their worst: each has one feature of its own at its largest value and zeros otherwise, among records that have zeros alone. Nothing but
 * this canary and noise moves the weights of its feature, so that without noise a training tells of each canary whether it was in.
 *
 * Differential privacy promises its ε for every data set, and so for this one. The bound of `one-run.ts` then holds for the coins of several trainings
 * together, since each training has records of its own.
 * @module
 */
import { invariant } from '../../errors.ts';
import { Draws } from '../models/draws.ts';
import type { Parameters } from '../models/network.ts';
import { rightGuesses } from './canaries.ts';
import type { Level } from './epsilon-lower-bound.ts';
import { oneRunLowerBound, oneRunProbability } from './one-run.ts';

export interface TrainedCanaries {
  /** Where the training began. */
  readonly initial: Parameters;
  readonly trained: Parameters;
  /** What the same training gives without noise and with all canaries: in which direction each moves the weights of its feature. */
  readonly expected: Parameters;
}

/** A training of which canary i, with feature i, is part where `included` says so. */
export type CanaryTraining = (included: Uint8Array, seed: string) => Promise<TrainedCanaries>;

export interface LoneFeatures {
  /** Canaries of a training: at most as many as there are features. */
  readonly canaries: number;
  /** Whether every canary that is in a training is in a step of it, but for one in a thousand. */
  readonly isEveryOneUsed: boolean;
  readonly train: CanaryTraining;
  readonly seed: string;
  readonly level: Level;
  /** The accountant's ε: coins are as many as contradict it where a training has no noise. */
  readonly accounted: number;
}

export interface LoneFeaturesResult {
  readonly coins: number;
  readonly trainings: number;
  /** Of ε, with the confidence of the level. */
  readonly lowerBound: number;
}

/** A larger ε than some 5 takes more coins to contradict, or 3 where not every canary is used. */
const MOST_COINS = 1024;
const LEAST_COINS = 32;
/** Coins beyond those that are needed if all guesses are right. */
const MARGIN = 1.5;

/** None where the accountant's ε is too large for coins to contradict it. */
export async function auditLoneFeatures(setting: LoneFeatures): Promise<LoneFeaturesResult | undefined> {
  const { canaries, train, seed, level, accounted, isEveryOneUsed } = setting;
  invariant(canaries > 0, 'there is a feature to have canaries of');
  const needed = coinsToContradict(accounted, level, isEveryOneUsed);
  if (needed === undefined) return undefined;
  const trainings = Math.ceil((MARGIN * needed) / canaries);
  const draws = new Draws(seed, 'coins of lone features');
  const included: number[] = [];
  const moved: number[] = [];
  for (let i = 0; i < trainings; i++) {
    const coins = Uint8Array.from({ length: canaries }, () => Number(draws.coin()));
    included.push(...coins);
    moved.push(...movesOf(await train(coins, `${seed}, lone features ${i + 1}`), canaries));
  }
  const coins = included.length;
  const { inside, outside } = guessesOf(coins, isEveryOneUsed);
  const right = rightGuesses(Float64Array.from(moved), Uint8Array.from(included), inside, outside);
  const lowerBound = oneRunLowerBound({ canaries: coins, guessed: inside + outside, right }, level);
  return { coins, trainings, lowerBound };
}

/**
 * That a quarter of the coins were in, those whose weights moved most; and that a quarter were not, whose weights moved least. The weights of a canary that
 * no step took do not move either: where there are such ones, only the first is guessed.
 */
function guessesOf(coins: number, isEveryOneUsed: boolean): { readonly inside: number; readonly outside: number } {
  const quarter = Math.floor(coins / 4);
  return { inside: quarter, outside: isEveryOneUsed ? quarter : 0 };
}

/** The least number with which right guesses alone contradict ε. */
function coinsToContradict(epsilon: number, { delta, confidence }: Level, isEveryOneUsed: boolean): number | undefined {
  for (let coins = LEAST_COINS; coins <= MOST_COINS; coins += 4) {
    const { inside, outside } = guessesOf(coins, isEveryOneUsed);
    const guesses = { canaries: coins, guessed: inside + outside, right: inside + outside };
    if (oneRunProbability(guesses, epsilon, delta) <= 1 - confidence) return coins;
  }
  return undefined;
}

/**
 * How far the weights of each of the first features went from where they began, in the direction in which their canary moves them; aside from a penalty, which
 * shrinks them all alike.
 */
function movesOf({ initial, trained, expected }: TrainedCanaries, features: number): number[] {
  const width = initial[0].bias.length;
  const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, j) => sum + value * b[j], 0);
  return Array.from({ length: features }, (_, i) => {
    const [from, to, goal] = [initial, trained, expected].map(([{ weights }]) =>
      weights.subarray(i * width, (i + 1) * width),
    );
    const length = dot(from, from);
    const move = (end: Float64Array) =>
      end.map((value, j) => value - (length === 0 ? 0 : dot(from, end) / length) * from[j]);
    const direction = move(goal);
    const reach = Math.sqrt(dot(direction, direction));
    return reach === 0 ? 0 : dot(move(to), direction) / reach;
  });
}

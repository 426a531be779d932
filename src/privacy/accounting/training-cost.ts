/**
 * A budget into noise, or noise into what it costs, for a training that nobody has to plan.
 * @module
 */
import { TrefoilError } from '../../errors.ts';
import { epsilonOf, renyiEpsilonOf } from './accountant.ts';
import { noiseMultiplierFor } from './calibration.ts';
import type { PrivacyEvent, PrivacyUnit } from './events.ts';
import { type PrivateTraining, type Room, releasedBy, roomOf, type Sampling } from './quoted-training.ts';

/** A training and its budget, or its noise. */
export interface PrivacyQuestion {
  /** `poisson`: each owner draws its own rows in private. `full`: all rows in each step. `public`: everybody knows the order. */
  readonly sampling?: Sampling;
  /** Training records of all owners together. */
  readonly records: number;
  /** Records of a step, on average; all of them with `full`. */
  readonly batch?: number;
  readonly epochs: number;
  /** Owners that share the records evenly. */
  readonly parties?: number;
  /** The probability that the guarantee fails. */
  readonly delta: number;
  /** Records that a protected person may have. */
  readonly person?: number;
  readonly neighbours?: PrivacyUnit['neighbours'];
  /** The budget: the answer has the noise that keeps it. */
  readonly epsilon?: number;
  /** Given in place of `epsilon`: the answer has what this noise costs. */
  readonly noiseMultiplier?: number;
}

export interface PrivacyAnswer {
  /** The deviation of the noise that the honest parties alone add, in clipping norms. */
  readonly noiseMultiplier: number;
  readonly epsilon: number;
  /** What each accountant says; the smaller one holds. */
  readonly accountants: { readonly renyi: number; readonly lossDistribution: number };
  readonly events: readonly PrivacyEvent[];
  /** What an owner's batch has room for, where owners sample. */
  readonly room?: Room;
}

interface Rule {
  readonly says: string;
  readonly fits: (value: number) => boolean;
}

const between = (low: number, high: number) => (value: number) => value >= low && value <= high;
const count = (low: number, high: number) => (value: number) =>
  Number.isSafeInteger(value) && value >= low && value <= high;

/** What each number must be. */
export const PRIVACY_RULES = {
  epsilon: { says: 'a number from 0.01 to 100', fits: between(0.01, 100) },
  noiseMultiplier: { says: 'a number from 0.1 to 10000', fits: between(0.1, 1e4) },
  delta: { says: 'a number from 1e-30 to 0.1', fits: between(1e-30, 0.1) },
  records: { says: 'a whole number from 2 to 1e9', fits: count(2, 1e9) },
  batch: { says: 'a whole number from 1 to the records', fits: count(1, 1e9) },
  epochs: { says: 'a whole number from 1 to 100000', fits: count(1, 1e5) },
  parties: { says: 'a whole number from 1 to 1000', fits: count(1, 1000) },
  person: { says: 'a whole number from 1 to 100', fits: count(1, 100) },
} as const satisfies Record<string, Rule>;

export type PrivacyNumber = keyof typeof PRIVACY_RULES;

/** The training of a question whose numbers are in order. */
export function trainingOf(question: PrivacyQuestion): PrivateTraining {
  const { sampling = 'poisson', records, batch = records, epochs, parties = 3, delta } = question;
  const { person = 1, neighbours = 'add-or-remove' } = question;
  return { sampling, records, batch, epochs, owners: parties, delta, unit: { records: person, neighbours } };
}

/**
 * What a training costs of privacy, or the noise that keeps its budget. Nothing runs and nothing is spent. Throws `TREFOIL_USAGE` with every
 * number that is out of place, and `TREFOIL_PRIVACY` where no noise keeps the budget.
 * @example
 * privacyCost({ records: 60_000, batch: 256, epochs: 20, delta: 1e-6, epsilon: 2 }).noiseMultiplier;
 */
export function privacyCost(question: PrivacyQuestion): PrivacyAnswer {
  check(question);
  const training = trainingOf(question);
  const { delta, unit } = training;
  const { epsilon = 0 } = question;
  const noiseMultiplier =
    question.noiseMultiplier ?? noiseMultiplierFor({ epsilon, delta }, (noise) => releasedBy(training, noise), unit);
  return answerOf(training, noiseMultiplier);
}

/** What this noise costs. */
export function answerOf(training: PrivateTraining, noiseMultiplier: number): PrivacyAnswer {
  const { delta, unit } = training;
  const events = releasedBy(training, noiseMultiplier);
  const epsilon = epsilonOf(events, delta, unit);
  return {
    noiseMultiplier,
    epsilon,
    accountants: { renyi: renyiEpsilonOf(events, delta, unit), lossDistribution: epsilon },
    events,
    ...(training.sampling === 'poisson' ? { room: roomOf(training) } : {}),
  };
}

function check(question: PrivacyQuestion): void {
  const problems: string[] = [];
  for (const [name, { says, fits }] of Object.entries<Rule>(PRIVACY_RULES)) {
    const value = question[name as PrivacyNumber];
    const isNeeded = name === 'records' || name === 'epochs' || name === 'delta';
    if (value === undefined ? isNeeded : !fits(value)) problems.push(`${name} must be ${says}`);
  }
  const { epsilon, noiseMultiplier, batch, records, sampling } = question;
  if ((epsilon === undefined) === (noiseMultiplier === undefined)) {
    problems.push('give epsilon for the noise that it needs, or noiseMultiplier for what it costs: one of the two');
  }
  if (batch === undefined ? sampling !== 'full' : batch > records) {
    problems.push(`batch must be ${PRIVACY_RULES.batch.says}`);
  }
  if (problems.length === 0) return;
  throw new TrefoilError('TREFOIL_USAGE', 'privacyCost can not account for this', { problems: [...new Set(problems)] });
}

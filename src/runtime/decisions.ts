/**
 * Which sessions of a plan run: all, but for what early stopping and the release gate decide on the way. Every node takes the same decisions at
 * the same places, from the same revealed numbers, or, where it receives no outputs, as it is told.
 * @module
 */
import { invariant, TrefoilError } from '../errors.ts';
import { GATE_OUTPUTS } from '../plan/outputs/gate-counts.ts';
import type { EarlyStopping, Plan, Session } from '../plan/plan.ts';
import { type Advantage, membershipAdvantage } from '../privacy/accounting/membership-advantage.ts';

const DECISIONS = ['stop', 'go on', 'keep', 'release', 'withhold'] as const;
/** Early stopping: to stop; to go on; to go on, with this model as the best so far. The release gate: to let the model out, or not. */
export type Decision = (typeof DECISIONS)[number];

/** A decision as it travels. */
export const DECISION_BYTES = 1;
export const encodeDecision = (decision: Decision): Uint8Array => Uint8Array.of(DECISIONS.indexOf(decision));

/** What an auditor found, as it travels: two parts of 10,000, the bound rounded up. */
export const VERDICT_BYTES = 4;
const PARTS = 10_000;

export function encodeVerdict({ value, upper }: Advantage): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(VERDICT_BYTES));
  bytes.setUint16(0, Math.floor(value * PARTS));
  bytes.setUint16(2, Math.ceil(upper * PARTS));
  return new Uint8Array(bytes.buffer);
}

export function decodeVerdict(bytes: Uint8Array, sender: string): Advantage {
  const view = new DataView(bytes.buffer, bytes.byteOffset, VERDICT_BYTES);
  const [value, upper] = [0, 2].map((at) => view.getUint16(at) / PARTS);
  if (value <= upper && upper <= 1) return { value, upper };
  throw noneOfThese(sender, 'a verdict that is no advantage');
}

function noneOfThese(sender: string, what: string): TrefoilError {
  const remedy = 'check that it runs the same version of Trefoil, then start all nodes again';
  return new TrefoilError('TREFOIL_PEER', `${sender} sent ${what}; ${remedy}`, {
    place: { party: sender },
    facts: { how: 'malformed' },
  });
}

/** What the values of a metric so far mean. */
export function decisionAfter(values: readonly number[], { better, patience }: EarlyStopping): Decision {
  const last = values.length - 1;
  const best = bestOf(values, better);
  if (best === last) return 'keep';
  return last - best < patience ? 'go on' : 'stop';
}

/** Where the best value stands, the first of equals. */
export function bestOf(values: readonly number[], better: EarlyStopping['better']): number {
  return values.indexOf(better === 'smaller' ? Math.min(...values) : Math.max(...values));
}

export class Decisions {
  /** The sessions that have run, or begun. */
  readonly ran: Session[] = [];
  readonly #plan: Plan;
  readonly #values: number[] = [];
  #decision: Decision = 'go on';
  #advantage: Advantage | undefined;
  /** Epochs since the best one, at a node that is told. */
  #sinceBest = Number.POSITIVE_INFINITY;

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  /** What the release gate decided on, where this node learnt it. */
  get advantage(): Advantage | undefined {
    return this.#advantage;
  }

  /** The sessions to run with their numbers in the plan; what is decided on one counts from the next one on. */
  *sessions(): Generator<readonly [number: number, session: Session]> {
    for (const [number, session] of this.#plan.sessions.entries()) {
      if (session.when === 'training' && this.#decision === 'stop') continue;
      if (session.when === 'best' && this.#decision !== 'keep') continue;
      if (session.when === 'released' && this.#decision !== 'release') continue;
      this.ran.push(session);
      yield [number, session];
    }
  }

  /** Decides on what has been revealed. */
  decide(what: 'epoch' | 'release', revealed: ReadonlyMap<string, Float64Array>): Decision {
    if (what === 'release') return this.#release(revealed);
    const { earlyStopping } = this.#plan;
    const value = revealed.get(earlyStopping?.output ?? '');
    invariant(earlyStopping !== undefined && value !== undefined, 'the validation metric has been revealed');
    this.#values.push(value[0]);
    this.#decision = decisionAfter(this.#values, earlyStopping);
    return this.#decision;
  }

  #release(revealed: ReadonlyMap<string, Float64Array>): Decision {
    const { release } = this.#plan;
    const [members, others] = [GATE_OUTPUTS.members, GATE_OUTPUTS.others].map((name) => revealed.get(name));
    invariant(
      release?.on === 'shares' && members !== undefined && others !== undefined,
      'the counts have been revealed',
    );
    return this.judge(membershipAdvantage({ members, others }, release));
  }

  /** Decides on what an auditor has found. */
  judge(advantage: Advantage): Decision {
    const { release } = this.#plan;
    invariant(release !== undefined, 'the plan has a release gate');
    this.#advantage = advantage;
    this.#decision = advantage.upper <= release.maxAdvantage ? 'release' : 'withhold';
    return this.#decision;
  }

  /** Decides as it is told. Takes no decision that the rules of the plan do not leave open, since a byte could carry more than one. */
  follow(what: 'epoch' | 'release', [byte]: Uint8Array, sender: string): void {
    const decision = DECISIONS[byte];
    if (!this.#open(what).includes(decision)) throw noneOfThese(sender, 'a decision that is not open here');
    this.#decision = decision;
    this.#sinceBest = decision === 'keep' ? 0 : this.#sinceBest + 1;
  }

  #open(what: 'epoch' | 'release'): readonly Decision[] {
    if (what === 'release') return ['release', 'withhold'];
    // The first epoch is the best so far.
    if (this.#sinceBest === Number.POSITIVE_INFINITY) return ['keep'];
    const { patience } = this.#plan.earlyStopping ?? { patience: 0 };
    return ['keep', this.#sinceBest + 1 < patience ? 'go on' : 'stop'];
  }
}

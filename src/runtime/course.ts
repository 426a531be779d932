/**
 * Which sessions of a plan run: all, but for what early stopping decides on the way. Every node takes the same decisions at the
 * same places, from the same revealed number, or, where it receives no outputs, as it is told.
 * @module
 */
import { invariant, TrefoilError } from '../errors.ts';
import type { EarlyStopping, Plan, Session } from '../plan/plan.ts';

const DECISIONS = ['stop', 'go on', 'keep'] as const;
/** To stop; to go on; to go on, with this model as the best so far. */
export type Decision = (typeof DECISIONS)[number];

/** A decision as it travels. */
export const DECISION_BYTES = 1;
export const encodeDecision = (decision: Decision): Uint8Array => Uint8Array.of(DECISIONS.indexOf(decision));

export function decodeDecision([byte]: Uint8Array, sender: string): Decision {
  const decision = DECISIONS[byte];
  if (decision !== undefined) return decision;
  throw new TrefoilError(
    'TREFOIL_PEER',
    `${sender} sent a decision of early stopping that is none: start all nodes again`,
    {
      place: { party: sender },
    },
  );
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

export class Course {
  /** The sessions that have run, or begun. */
  readonly ran: Session[] = [];
  readonly #plan: Plan;
  readonly #values: number[] = [];
  #decision: Decision = 'go on';

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  /** The sessions to run with their numbers in the plan; what is decided on one counts from the next one on. */
  *sessions(): Generator<readonly [number: number, session: Session]> {
    for (const [number, session] of this.#plan.sessions.entries()) {
      if (session.when === 'training' && this.#decision === 'stop') continue;
      if (session.when === 'best' && this.#decision !== 'keep') continue;
      this.ran.push(session);
      yield [number, session];
    }
  }

  /** Decides on what has been revealed. */
  decide(revealed: ReadonlyMap<string, Float64Array>): Decision {
    const { earlyStopping } = this.#plan;
    const value = revealed.get(earlyStopping?.output ?? '');
    invariant(earlyStopping !== undefined && value !== undefined, 'the validation metric has been revealed');
    this.#values.push(value[0]);
    this.#decision = decisionAfter(this.#values, earlyStopping);
    return this.#decision;
  }

  follow(decision: Decision): void {
    this.#decision = decision;
  }
}

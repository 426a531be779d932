/**
 * The one error class of the project: a stable code, and a sentence that says what is wrong, where, and what to do.
 *
 * No error prints a share, a mask, a seed or a record.
 * @module
 */

export type ErrorCode =
  | 'TREFOIL_USAGE' // the command line is off
  | 'TREFOIL_JOB' // the job file has problems
  | 'TREFOIL_CONFIG' // a node's configuration has problems
  | 'TREFOIL_DATA' // a data file has problems
  | 'TREFOIL_IDENTITY' // a certificate or key has problems
  | 'TREFOIL_CONTRIBUTION' // a contribution is of another job, for another key, or was altered
  | 'TREFOIL_PLAN' // the job can not be planned: headroom, shapes
  | 'TREFOIL_UNREACHABLE' // a peer could not be connected in time
  | 'TREFOIL_DISAGREEMENT' // a peer has another job, plan, protocol version or trust mode
  | 'TREFOIL_PEER' // a peer died, hung or sent something malformed
  | 'TREFOIL_ABORTED' // another node stopped the run and said why
  | 'TREFOIL_RANGE' // the range alarm tripped: a value left the interval that the plan assumed
  | 'TREFOIL_PRIVACY' // the job would spend more of the privacy budget than a node's configuration allows
  | 'TREFOIL_LEDGER' // the record of what was spent is broken, or can not be written
  | 'TREFOIL_OUTPUT' // a result or a temporary file can not be written
  | 'TREFOIL_WITHHELD' // the run ended in order, and its release gate let no model out
  | 'TREFOIL_AUDIT' // an attack does not apply to the model, or contradicts what was proved
  | 'TREFOIL_INTERNAL'; // a broken invariant: a bug of ours

/** Where in a run something happened: the step within the phase or in all of training, the round within the step, both from 1. */
export interface Place {
  readonly party?: string;
  readonly phase?: string;
  readonly step?: number;
  readonly round?: number;
}

/** How a node failed, as far as the others may know. */
export type Failing =
  | 'gone' // it ended or froze, or the network broke
  | 'malformed' // it broke the protocol
  | 'stalled' // it is connected and sends nothing
  | 'connected already' // it came a second time
  | 'SIGINT'
  | 'SIGTERM'
  | 'SIGHUP';

/** A rule that the cells of a column can break. */
export type ColumnRule = 'column' | 'missing' | 'type' | 'range' | 'levels';

/** A rule that a party's records break: the job's name of the column, and no word of the party's own. */
export interface BrokenRule {
  readonly column: string;
  readonly rule: ColumnRule;
}

/** What of an error all nodes may hear beside its code and its place. But for `broken`, nothing here depends on a file, a record or a ledger of one node. */
export interface PublicFacts {
  readonly how?: Failing;
  /** Nodes that are missing. */
  readonly nodes?: readonly string[];
  /** What two nodes differ in, by its key in their agreement. */
  readonly keys?: readonly string[];
  /** How long a configuration lets a node wait. */
  readonly seconds?: number;
  /** What the records of a node do not keep of the job's declarations: no value, no row and no number of any. */
  readonly broken?: readonly BrokenRule[];
}

export class TrefoilError extends Error {
  override readonly name = 'TrefoilError';
  readonly code: ErrorCode;
  /** Every problem found, when there are several; otherwise the message alone. */
  readonly problems: readonly string[];
  readonly place: Place;
  /** What other nodes hear; the message stays on this node's screen. */
  readonly facts: PublicFacts;

  constructor(
    code: ErrorCode,
    message: string,
    options: { problems?: readonly string[]; place?: Place; facts?: PublicFacts; cause?: unknown } = {},
  ) {
    const problems = options.problems ?? [];
    super(
      problems.length === 0
        ? message
        : `${message}\n${problems.map((line) => `  - ${line.replaceAll('\n', '\n    ')}`).join('\n')}`,
      options.cause === undefined ? {} : { cause: options.cause },
    );
    this.code = code;
    this.problems = problems.length === 0 ? [message] : problems;
    this.place = options.place ?? {};
    this.facts = options.facts ?? {};
  }
}

/** Asserts an invariant of the program itself; what fails here is a bug, never a user's mistake. */
export function invariant(condition: unknown, what: string): asserts condition {
  if (!condition) throw new TrefoilError('TREFOIL_INTERNAL', `broken invariant: ${what}; please report this as a bug`);
}

/** The error itself where it is one of ours, or else one that asks to be reported. */
export function asTrefoilError(error: unknown): TrefoilError {
  if (error instanceof TrefoilError) return error;
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new TrefoilError('TREFOIL_INTERNAL', `an unexpected failure, please report it: ${detail}`, { cause: error });
}

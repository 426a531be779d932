/**
 * What a node tells the others when it stops, and what they make of it. No text travels, and none is believed: the sentence is the receiver's own.
 * @module
 */
import { type BrokenRule, TrefoilError } from '../errors.ts';
import type { Abort } from './frames.ts';
import { brokenText, COLUMN_RULES, isErrorCode, isFailing, publicReason } from './public-reasons.ts';

/** The names that a node knows: of nodes, of what they agree on, of phases of the run, and of the columns that the job declares. */
export interface Known {
  readonly nodes: readonly string[];
  readonly keys: readonly string[];
  readonly phases: readonly string[];
  readonly columns: readonly string[];
}

/** How an origin is called that is no node of the job. */
const NOBODY = 'another node';

/** Only the code of an error, its place and its public facts leave this node, in words that all nodes know. */
export function abortOf(self: string, { code, place, facts }: TrefoilError, known: Known): Abort {
  const { party = '', phase = '', ...position } = place;
  const { how = '', nodes = [], keys = [], broken = [], ...limit } = facts;
  return heard({ origin: self, code, party, phase, how, nodes, keys, broken, ...position, ...limit }, known);
}

/** What is left of a peer's words when only those remain that this node knows. It is safe to show and to pass on. */
export function heard(abort: Abort, { nodes, keys, phases, columns }: Known): Abort {
  const { step, round, seconds } = abort;
  const among = (known: readonly string[], words: readonly string[]) => known.filter((word) => words.includes(word));
  return {
    origin: nodes.includes(abort.origin) ? abort.origin : '',
    code: isErrorCode(abort.code) ? abort.code : '',
    party: nodes.includes(abort.party) ? abort.party : '',
    // A number where nobody knows the names.
    phase: phases.includes(abort.phase) || /^\d{1,9}$/.test(abort.phase) ? abort.phase : '',
    ...(typeof step === 'number' ? { step } : {}),
    ...(typeof round === 'number' ? { round } : {}),
    how: isFailing(abort.how) ? abort.how : '',
    nodes: among(nodes, abort.nodes),
    keys: among(keys, abort.keys),
    broken: amongRules(columns, abort.broken),
    ...(typeof seconds === 'number' && Number.isFinite(seconds) && seconds > 0 ? { seconds } : {}),
  };
}

/** Each rule that is known, of each column that is, once and in one order: what the order of a message could say is lost. */
function amongRules(columns: readonly string[], broken: Abort['broken']): BrokenRule[] {
  if (broken.length === 0) return [];
  const said = new Set(broken.map(({ column, rule }) => `${rule} ${column}`));
  return columns.flatMap((column) =>
    COLUMN_RULES.flatMap((rule) => (said.has(`${rule} ${column}`) ? [{ column, rule }] : [])),
  );
}

/** The error at a node that has `heard` an abort. */
export function abortedBy(abort: Abort): TrefoilError {
  const { code, phase, step, round, how, nodes, keys, broken, seconds } = abort;
  const origin = abort.origin || NOBODY;
  const party = abort.party || origin;
  const reason = publicReason(code, {
    ...{ origin, party },
    how: isFailing(how) ? how : undefined,
    missing: nodes.length === 0 ? 'others' : nodes.join(', '),
    differing: keys.length === 0 ? '' : ` in ${keys.join(', ')}`,
    within: seconds === undefined ? '' : ` within ${seconds} seconds`,
    broken: brokenText(broken as readonly BrokenRule[]),
  });
  const at = [
    phase === '' ? [] : `phase ${phase}`,
    step === undefined ? [] : `step ${step}`,
    round === undefined ? [] : `round ${round}`,
  ].flat();
  const where = at.length === 0 ? '' : ` (${at.join(', ')})`;
  const more = `; the screen of ${origin} says more${code === '' ? '' : ` (${code})`}`;
  return new TrefoilError('TREFOIL_ABORTED', `${origin} stopped the run: ${reason}${where}${more}`, {
    ...(isErrorCode(code) ? { cause: new TrefoilError(code, reason) } : {}),
    place: {
      party,
      ...(phase === '' ? {} : { phase }),
      ...(step === undefined ? {} : { step }),
      ...(round === undefined ? {} : { round }),
    },
  });
}

/**
 * The accountant: what a list of released events costs in (ε, δ), for a protected unit.
 *
 * Two bounds that both hold, of which the smaller one counts: Rényi moments, and the distribution of the privacy loss. What no rule here
 * covers stops the program. docs/decisions/14-privacy-accounting.md says why, and from which sources.
 * @module
 */
import { invariant } from '../../errors.ts';
import { composedDelta } from './composition.ts';
import { DIRECTIONS, type Direction, pairOf, type RepeatedPair } from './dominating-pair.ts';
import type { PrivacyEvent, PrivacyUnit, RecordSet } from './events.ts';
import { type LogMoment, logMomentOf, renyiEpsilon, renyiLogDelta } from './renyi.ts';

/** The smallest ε at δ that is known to hold, 0 at least. */
export function epsilonOf(events: readonly PrivacyEvent[], delta: number, unit: PrivacyUnit): number {
  checkDelta(delta);
  return largestOf(compositions(events, unit), (composition) => {
    const starts = composition.directions.map((direction) => renyiStart(composition, direction, delta));
    starts.sort((a, b) => b.epsilon - a.epsilon);
    // The Rényi bound of the second direction may already lie below what the first one comes to.
    const change = starts.reduce(
      (most, start) => (start.epsilon <= most ? most : Math.max(most, tighter(composition, start, delta))),
      0,
    );
    return composition.changes * change;
  });
}

/** The same by Rényi moments alone: quicker, and somewhat larger. */
export function renyiEpsilonOf(events: readonly PrivacyEvent[], delta: number, unit: PrivacyUnit): number {
  checkDelta(delta);
  return largestOf(
    compositions(events, unit),
    (composition) =>
      composition.changes *
      largestOf(composition.directions, (direction) => renyiStart(composition, direction, delta).epsilon),
  );
}

/** The smallest δ at ε that is known to hold. */
export function deltaOf(events: readonly PrivacyEvent[], epsilon: number, unit: PrivacyUnit): number {
  invariant(epsilon >= 0, `epsilon (${epsilon}) is at least 0`);
  return largestOf(compositions(events, unit), (composition) => {
    const { pairs, directions, changes } = composition;
    const share = epsilon / changes;
    const starts = directions.map((direction) => ({
      direction,
      ...renyiLogDelta(logMomentOf(pairs, direction), share),
    }));
    starts.sort((a, b) => b.value - a.value);
    const delta = starts.reduce((most, { direction, theta, value }) => {
      if (Math.exp(value) <= most) return most;
      const scale = { theta, logDelta: value, epsilon: Math.max(share, SMALLEST_EPSILON) };
      return Math.max(most, Math.min(Math.exp(value), composedDelta(pairs, direction, scale)(share)));
    }, 0);
    return Math.min(1, delta * penalty(composition, share));
  });
}

/** Below this, how finely ε is known is of no interest. */
const SMALLEST_EPSILON = 1e-4;
/** Of the search for ε, which ends above it. */
const EPSILON_PRECISION = 2 ** -24;
const MOST_RAISES = 40;
const MOST_RETILTS = 12;
const NEAR = 0.8;

const checkDelta = (delta: number) => invariant(delta > 0 && delta < 1, `delta (${delta}) lies between 0 and 1`);

/** What happens to the same protected records. */
interface Composition {
  readonly pairs: readonly RepeatedPair[];
  /** One of the two where they mirror each other. */
  readonly directions: readonly Direction[];
  /** Changes in a row that lead to the neighbour: 2 when records are removed and others added, in two steps. */
  readonly changes: 1 | 2;
}

/** (ε, δ) and once more (ε, δ) make (2ε, (1 + e^ε)·δ): the factor of δ. */
const penalty = ({ changes }: Composition, epsilon: number) => (changes === 1 ? 1 : 1 + Math.exp(epsilon));

const SEPARATE: readonly RecordSet[][] = [['train'], ['test'], ['validation']];

/** A single record is in one record set alone, so that the costs of the sets do not add up for it; several may be in all of them. */
function compositions(events: readonly PrivacyEvent[], { records, neighbours }: PrivacyUnit): Composition[] {
  const sets = records === 1 ? SEPARATE : [SEPARATE.flat()];
  return sets
    .map((set) => events.filter(({ data }) => set.includes(data)))
    .map((together) => {
      const isFull = together.every(({ kind }) => kind === 'gaussian');
      const isReplaced = neighbours === 'replace';
      // In a full batch a replaced record is one change, of twice the size.
      const pairs = together.map((event) => pairOf(event, isFull && isReplaced ? 2 * records : records));
      return {
        pairs: pairs.filter(({ count }) => count > 0),
        directions: isFull ? DIRECTIONS.slice(0, 1) : DIRECTIONS,
        changes: isReplaced && !isFull ? 2 : 1,
      } as const;
    })
    .filter(({ pairs }) => pairs.length > 0);
}

/** What the Rényi bound comes to for one change, from where the loss distribution goes on. */
interface Start {
  readonly direction: Direction;
  readonly epsilon: number;
  readonly theta: number;
}

function renyiStart(composition: Composition, direction: Direction, delta: number): Start {
  const moment: LogMoment = logMomentOf(composition.pairs, direction);
  let { value: epsilon, theta } = renyiEpsilon(moment, delta);
  for (let i = 0; i < MOST_RAISES && composition.changes === 2; i++) {
    const next = renyiEpsilon(moment, delta / penalty(composition, epsilon));
    if (next.value <= epsilon) return { direction, epsilon, theta };
    // A little more than asked for, so that the search ends.
    epsilon = next.value * 1.005;
    theta = next.theta;
  }
  return { direction, theta, epsilon: composition.changes === 1 ? epsilon : Number.POSITIVE_INFINITY };
}

/** The smaller one of the Rényi bound and that by the loss distribution. */
function tighter(composition: Composition, start: Start, delta: number): number {
  let best = start.epsilon;
  let theta = start.theta;
  for (let i = 0; i < MOST_RETILTS && Number.isFinite(best); i++) {
    const { epsilon, isAtEdge } = solved(composition, { ...start, theta, epsilon: best }, delta);
    const isNear = epsilon > NEAR * best;
    best = epsilon;
    if (epsilon < SMALLEST_EPSILON) break;
    // Less weight on large losses, when those that matter are smaller than all that the tilt leaves.
    if (isAtEdge) theta /= 2;
    else if (isNear) break;
    // Far from where it was expected: once more, with the weight and a grid for there.
    else theta = renyiLogDelta(logMomentOf(composition.pairs, start.direction), best).theta;
  }
  return best;
}

/** The smallest ε up to `epsilon` at which the loss distribution keeps δ, and whether all that it knows of lies above that. */
function solved(composition: Composition, { direction, epsilon, theta }: Start, delta: number) {
  const logDelta = Math.log(delta / penalty(composition, epsilon));
  const scale = { theta, logDelta, epsilon: Math.max(epsilon, SMALLEST_EPSILON) };
  const deltaAt = composedDelta(composition.pairs, direction, scale);
  const holds = (at: number) => deltaAt(at) * penalty(composition, at) <= delta;
  if (holds(0)) return { epsilon: 0, isAtEdge: false };
  let [below, above] = [0, epsilon];
  if (!holds(above)) return { epsilon, isAtEdge: true };
  while (above - below > EPSILON_PRECISION * above) {
    const middle = (below + above) / 2;
    if (holds(middle)) above = middle;
    else below = middle;
  }
  return { epsilon: above, isAtEdge: deltaAt(below) === 1 };
}

function largestOf<T>(items: readonly T[], boundOf: (item: T) => number): number {
  return items.reduce((most, item) => Math.max(most, boundOf(item)), 0);
}

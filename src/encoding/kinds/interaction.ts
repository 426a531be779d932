/**
 * The interaction of two features: the product of each column of one with each column of the other.
 * @module
 */
import type { FeatureRange } from '../../data/feature-range.ts';
import { type DerivedKind, MOST_COLUMNS } from '../feature-kind.ts';
import { parentPair } from '../parents.ts';

export interface InteractionFeature {
  readonly is: 'interaction';
  readonly interaction: readonly [string, string];
}

/** `age_by_sex: { interaction: [age, sex] }` */
export const interaction: DerivedKind<InteractionFeature> = {
  isRead: false,
  form: { interaction: parentPair() },
  madeOf: ({ interaction }) => interaction,
  problem(_, [a, b]) {
    const count = a.columns.length * b.columns.length;
    return count <= MOST_COLUMNS
      ? undefined
      : { key: 'interaction', says: `makes ${count} columns, and ${MOST_COLUMNS} are the most` };
  },
  columns(name, _, [a, b]) {
    const pairs = a.columns.flatMap((x) => b.columns.map((y) => [x, y] as const));
    return pairs.map(([x, y]) => ({
      name: pairs.length === 1 ? name : `${name}:${x.name}*${y.name}`,
      ...productRange(x, y),
    }));
  },
  told: ({ interaction: [a, b] }) => `${a} · ${b}`,
  write:
    (_, [a, b]) =>
    (from, into, at) => {
      const [m, n] = [a.columns.length, b.columns.length];
      for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) into[at + i * n + j] = from[i] * from[m + j];
    },
};

function productRange(x: FeatureRange, y: FeatureRange) {
  const corners = [x.low * y.low, x.low * y.high, x.high * y.low, x.high * y.high];
  // 0 · −1 is −0, which no file keeps.
  return { low: Math.min(...corners) + 0, high: Math.max(...corners) + 0 };
}

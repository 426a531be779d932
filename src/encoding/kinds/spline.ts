/**
 * A natural cubic spline of a feature (restricted cubic spline): cubic between its knots, linear outside of them.
 *
 * With knots t₁ < … < t_k the basis is x itself and, for j = 1 … k − 2,
 *
 *     ((x − tⱼ)₊³ − (x − t_{k−1})₊³ · (t_k − tⱼ)/(t_k − t_{k−1}) + (x − t_k)₊³ · (t_{k−1} − tⱼ)/(t_k − t_{k−1})) / (t_k − t₁)²
 *
 * where (·)₊ is the positive part: Stone and Koo 1985; F. E. Harrell, Regression Modeling Strategies, 2nd ed., section 2.4.5. The last divisor keeps the
 * columns in the unit of x. The feature itself is the linear part, so this kind gives the k − 2 others. Each of them is 0 up to tⱼ, and never falls:
 * its second derivative is 0 or above everywhere. So its range is its values at the ends of the range of x.
 * @module
 */
import { z } from 'zod';
import { finite, mustBe } from '../../data/document.ts';
import type { DerivedKind } from '../feature-kind.ts';
import { parentName, singleProblem } from '../parents.ts';

export interface SplineFeature {
  readonly is: 'spline';
  readonly spline: string;
  readonly knots: readonly number[];
}

const FEWEST_KNOTS = 3;
const MOST_KNOTS = 32;

/** `age_spline: { spline: age, knots: [35, 50, 65] }` */
export const spline: DerivedKind<SplineFeature> = {
  isRead: false,
  form: {
    spline: parentName(),
    knots: z
      .array(finite(), mustBe('a list of numbers'))
      .min(FEWEST_KNOTS, { error: `must have at least ${FEWEST_KNOTS} numbers` })
      .max(MOST_KNOTS, { error: `must have at most ${MOST_KNOTS} numbers` })
      .refine((knots) => knots.every((knot, i) => i === 0 || knot > knots[i - 1]), { error: 'must go up' }),
  },
  madeOf: ({ spline }) => [spline],
  problem({ knots }, parents) {
    const single = singleProblem('spline', parents);
    if (single !== undefined) return single;
    const [{ low, high }] = parents[0].columns;
    if (knots.every((knot) => knot > low && knot < high)) return undefined;
    return { key: 'knots', says: `must lie within the range of ${parents[0].name}, between ${low} and ${high}` };
  },
  columns(name, { knots }, [{ columns }]) {
    const [{ low, high }] = columns;
    return knots.slice(2).map((_, j) => ({
      name: `${name}_${j + 1}`,
      low: basis(knots, j, low),
      high: basis(knots, j, high),
    }));
  },
  told: ({ spline, knots }) => `natural cubic spline of ${spline} with knots ${knots.join(', ')}`,
  write:
    ({ knots }) =>
    (from, into, at) => {
      for (let j = 0; j < knots.length - 2; j++) into[at + j] = basis(knots, j, from[0]);
    },
};

/** The j-th column from 0. */
function basis(knots: readonly number[], j: number, x: number): number {
  const [first, last, before] = [knots[0], knots[knots.length - 1], knots[knots.length - 2]];
  const over = (knot: number) => Math.max(0, x - knot) ** 3;
  const bent =
    over(knots[j]) -
    (over(before) * (last - knots[j])) / (last - before) +
    (over(last) * (before - knots[j])) / (last - before);
  return Math.max(0, bent) / (last - first) ** 2;
}

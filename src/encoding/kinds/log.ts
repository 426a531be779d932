/**
 * The natural logarithm of a feature: x ↦ ln(x + plus).
 * @module
 */
import { notNegative } from '../../data/document.ts';
import type { DerivedKind } from '../feature-kind.ts';
import { parentName, singleProblem } from '../parents.ts';

export interface LogFeature {
  readonly is: 'log';
  readonly log: string;
  /** Added first, so that values of 0 have a logarithm; 0 where it is left out. */
  readonly plus?: number | undefined;
}

/** `log_crp: { log: crp, plus: 1 }` */
export const log: DerivedKind<LogFeature> = {
  isRead: false,
  form: { log: parentName(), plus: notNegative().optional() },
  madeOf: ({ log }) => [log],
  problem({ plus = 0 }, parents) {
    const single = singleProblem('log', parents);
    if (single !== undefined) return single;
    if (parents[0].columns[0].low + plus > 0) return undefined;
    return { key: 'log', says: `must name a feature whose range, with plus, lies above 0` };
  },
  columns(name, { plus = 0 }, [{ columns }]) {
    const [{ low, high }] = columns;
    return [{ name, low: Math.log(low + plus), high: Math.log(high + plus) }];
  },
  told: ({ log, plus = 0 }) => `ln(${log}${plus === 0 ? '' : ` + ${plus}`})`,
  write:
    ({ plus = 0 }) =>
    (from, into, at) => {
      into[at] = Math.log(from[0] + plus);
    },
};

/**
 * Figures of an audit as a reader meets them: shares with their intervals, systems and adversaries by name.
 * @module
 */
import * as figures from '../../data/figures.ts';
import type { Estimate } from '../statistics/clopper-pearson.ts';
import type { Adversary, System } from './audit-report.ts';

export const SYSTEMS: Readonly<Record<System, string>> = {
  federated: 'Federated learning',
  trefoil: 'Trefoil',
  trefoilPrivate: 'Trefoil with differential privacy',
};

export const ADVERSARIES: Readonly<Record<Adversary, string>> = {
  server: 'A curious server',
  'malicious server': 'A malicious server',
  participant: 'A participating hospital',
  node: 'A node of Trefoil',
};

const SMALL_SHARE = 0.1;

/** One decimal where a share is small. */
export function percent(share: number): string {
  return figures.percent(share, share > 0 && share < SMALL_SHARE ? 1 : 0);
}

/** `59 % (46 to 71)` */
export function share({ value, lower, upper }: Estimate): string {
  return `${percent(value)} (${percent(lower).replace(' %', '')} to ${percent(upper).replace(' %', '')})`;
}

export const decimal = (value: number, digits = 3): string => figures.decimal(value, digits);

export function interval({ value, lower, upper }: Estimate): string {
  return `${decimal(value)} (${decimal(lower)} to ${decimal(upper)})`;
}

export function count(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString('en')} ${n === 1 ? one : many}`;
}

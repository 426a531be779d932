/**
 * Figures of an audit as a reader meets them: shares with their intervals, systems and adversaries by name.
 * @module
 */
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

/** One decimal where a share is small. */
export function percent(share: number): string {
  const value = 100 * share;
  return `${value > 0 && value < 10 ? value.toFixed(1) : value.toFixed(0)} %`;
}

/** `59 % (46 to 71)` */
export function share({ value, lower, upper }: Estimate): string {
  return `${percent(value)} (${percent(lower).replace(' %', '')} to ${percent(upper).replace(' %', '')})`;
}

export const decimal = (value: number, digits = 3): string => value.toFixed(digits);

export function interval({ value, lower, upper }: Estimate): string {
  return `${decimal(value)} (${decimal(lower)} to ${decimal(upper)})`;
}

export function count(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString('en')} ${n === 1 ? one : many}`;
}

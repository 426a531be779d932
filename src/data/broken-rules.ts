/**
 * Which rules the columns of a table break, without any cell of them: what other parties may hear of it.
 * @module
 */
import type { BrokenRule, ColumnRule } from '../errors.ts';

export class BrokenRules {
  readonly #rules = new Map<string, Set<ColumnRule>>();

  add(column: string, rule: ColumnRule): void {
    const rules = this.#rules.get(column);
    if (rules === undefined) this.#rules.set(column, new Set([rule]));
    else rules.add(rule);
  }

  list(): BrokenRule[] {
    return [...this.#rules].flatMap(([column, rules]) => [...rules].map((rule) => ({ column, rule })));
  }
}

/**
 * How a job file writes an optimiser: its name alone, or a mapping of its name and settings.
 * @module
 */
import { z } from 'zod';
import { mapping, mustBe } from '../../data/document.ts';
import { OPTIMISERS, type Optimiser } from '../../graph/optimisers/index.ts';
import type { Setting } from '../../graph/optimisers/optimiser.ts';
import { LARGEST, LEAST_DIVISOR } from './bounds.ts';

/** The longest memory of an optimiser. */
const LONGEST_MEMORY = 1 - 1e-6;

const SCHEMAS: { readonly [K in Setting['is']]: () => z.ZodType<number | boolean> } = {
  memory() {
    const rule = mustBe('a number from 0 up, below 1');
    const error = `must be at most ${LONGEST_MEMORY}: fixed point has no digits for what it would add in a step`;
    return z
      .number(rule)
      .min(0, rule)
      .lt(1, { ...rule, abort: true })
      .max(LONGEST_MEMORY, { error });
  },
  divisor() {
    const rule = mustBe('a finite number of at least 2^-12, for fixed point');
    return z
      .number(rule)
      .min(LEAST_DIVISOR, rule)
      .max(LARGEST, { error: `must be at most ${LARGEST}: fixed point has no digits for such steps` });
  },
  flag: () => z.boolean(mustBe('true or false')),
};

const names = Object.keys(OPTIMISERS);
const choice = `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;

const forms = Object.entries(OPTIMISERS).map(([type, { settings }]) =>
  mapping({
    type: z.literal(type),
    ...Object.fromEntries(
      Object.entries<Setting>(settings).map(([key, { is, byDefault }]) => [key, SCHEMAS[is]().default(byDefault)]),
    ),
  }),
);
const [first, ...others] = forms;

/** Its settings are those that the optimiser's file declares, which is why it is one of them. */
export const optimiser = z.preprocess(
  (value) => (typeof value === 'string' ? { type: value } : value),
  z.discriminatedUnion('type', [first, ...others], {
    error: (issue) =>
      issue.code === 'invalid_union' ? `must be ${choice}` : mustBe(`${choice}, or a mapping with type`).error(issue),
  }),
) as unknown as z.ZodType<Optimiser>;

/** Random declarations of features, and rows of cells that fit them, some of them without a value. */
import fc from 'fast-check';
import { dateText, dayOf } from '../../src/encoding/dates.ts';

type Written = Readonly<Record<string, unknown>>;
type Cells = Readonly<Record<string, string>>;

/** A read feature as it is written, and the cells that it can have; '' is among them where a missing value is filled. */
interface Arbitrary {
  readonly written: Written;
  readonly cells: fc.Arbitrary<string>;
}

const withMissing = (arbitrary: fc.Arbitrary<Arbitrary>, constantOf: (written: Written) => string | number) =>
  fc.tuple(arbitrary, fc.option(fc.boolean())).map(([{ written, cells }, indicator]): Arbitrary => {
    if (indicator === null) return { written, cells };
    const missing = { constant: constantOf(written), ...(indicator ? { indicator } : {}) };
    return { written: { ...written, missing }, cells: fc.oneof(cells, cells, fc.constant('')) };
  });

const number = fc.tuple(fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: 1, max: 1000 }), fc.boolean()).map(
  ([low, width, hasUnit]): Arbitrary => ({
    written: { range: [low, low + width], ...(hasUnit ? { unit: 'mg/dL', units: { 'mmol/L': 38.67 } } : {}) },
    cells: fc.double({ min: low, max: low + width, noNaN: true }).map(String),
  }),
);

const LEVELS = ['never', 'former', 'current', 'unknown', 'other'];
const category = fc.tuple(fc.shuffledSubarray(LEVELS, { minLength: 2 }), fc.boolean()).map(
  ([levels, hasReference]): Arbitrary => ({
    written: { category: levels, ...(hasReference ? { reference: levels[0] } : {}) },
    cells: fc.constantFrom(...levels),
  }),
);

const yesNo = fc.constant<Arbitrary>({
  written: { yesNo: true },
  cells: fc.constantFrom('yes', 'no', 'Yes', '1', '0', 'true', 'N'),
});

const [FIRST, LAST] = [dayOf('1900-01-01') ?? 0, dayOf('2050-01-01') ?? 0];
const date = fc.tuple(fc.integer({ min: FIRST, max: LAST - 1 }), fc.integer({ min: FIRST, max: LAST })).map(
  ([first, origin]): Arbitrary => ({
    written: { date: [dateText(first), dateText(LAST)], origin: dateText(origin) },
    cells: fc.integer({ min: first, max: LAST }).map(dateText),
  }),
);

const read = fc.oneof(
  withMissing(number, ({ range }) => (range as number[])[0]),
  withMissing(category, ({ category }) => (category as string[])[1]),
  withMissing(yesNo, () => 'no'),
  withMissing(date, ({ date }) => (date as string[])[0]),
);

/** Features that are made of a number with the range [1, 200], which every declaration has. */
const derived = fc.constantFrom<Written>(
  { log: 'base' },
  { log: 'base', plus: 2 },
  { difference: ['base', 'base'] },
  { interaction: ['base', 'x0'] },
  { interaction: ['x0', 'base'] },
  { spline: 'base', knots: [5, 20, 50, 190] },
);

export interface Declaration {
  readonly features: Record<string, Written>;
  readonly rows: readonly Cells[];
}

export const declarations: fc.Arbitrary<Declaration> = fc
  .record({
    read: fc.array(read, { minLength: 1, maxLength: 4 }),
    derived: fc.array(derived, { maxLength: 3 }),
    use: fc.boolean(),
    base: fc.boolean(),
  })
  .chain(({ read, derived, use, base }) => {
    const missing = base ? { missing: { constant: 70, indicator: true } } : {};
    const features: Record<string, Written> = {
      base: { range: [1, 200], ...missing, ...(use ? {} : { use: false }) },
      ...Object.fromEntries(read.map(({ written }, i) => [`x${i}`, written])),
      ...Object.fromEntries(derived.map((written, i) => [`made${i}`, written])),
    };
    const value = fc.double({ min: 1, max: 200, noNaN: true }).map(String);
    const row = fc.record({
      base: base ? fc.oneof(value, fc.constant('')) : value,
      ...Object.fromEntries(read.map(({ cells }, i) => [`x${i}`, cells])),
    });
    return fc.array(row, { minLength: 1, maxLength: 12 }).map((rows) => ({ features, rows }));
  });

/**
 * A number with a declared range, and a unit where it has one.
 * @module
 */
import { z } from 'zod';
import { finite, mapping, mustBe, text } from '../../data/document.ts';
import { rangeText } from '../../data/feature-range.ts';
import { numberIn } from '../../data/labels.ts';
import { suggestion } from '../../data/nearest.ts';
import type { KeyProblem, OwnForm, ReadKind } from '../feature-kind.ts';
import { unusedKey } from '../own-form.ts';
import { range } from './range.ts';

/** One unit is `factor · x + offset` in the unit of the job. */
type Conversion = number | readonly [factor: number, offset: number];

export interface NumberFeature {
  readonly is: 'range';
  readonly range: readonly [number, number];
  readonly unit?: string | undefined;
  /** Units that a party may have instead, with the factor to the job's unit, or factor and offset. */
  readonly units?: Readonly<Record<string, Conversion>> | undefined;
}

const factor = finite().refine((factor) => factor !== 0, { error: 'must not be 0' });
const conversion = z.union([factor, z.tuple([factor, finite()])], mustBe('a factor, or [factor, offset]'));

/** `age: [0, 120]`, `cholesterol: { range: [100, 400], unit: mg/dL, units: { mmol/L: 38.67 } }` */
export const number: ReadKind<NumberFeature> = {
  isRead: true,
  form: {
    range,
    unit: text('a text, such as mg/dL').optional(),
    units: z.record(z.string(), conversion, mustBe('a mapping from units to factors')).optional(),
  },
  problem({ unit, units }) {
    if (units === undefined) return undefined;
    if (unit === undefined) return { key: 'units', says: 'needs unit, the one that they are converted to' };
    if (Object.hasOwn(units, unit)) return { key: 'units', says: `must not name '${unit}', which needs no conversion` };
    return undefined;
  },
  columns: (name, { range: [low, high], unit }) => [{ name, low, high, ...(unit === undefined ? {} : { unit }) }],
  told: ({ range: [low, high], unit, units = {} }) => {
    const others = Object.keys(units);
    const or = others.length === 0 ? '' : `, or in ${others.join(' or ')} where the configuration says so`;
    return `a number, ${rangeText({ low, high, ...(unit === undefined ? {} : { unit }) })}${or}`;
  },
  reader(feature, own, numberInTable) {
    const [factor, offset] = conversionOf(feature, own);
    return (cell) => {
      // What a text of the table means is written by whoever configures, with a decimal point.
      const meant = own.codes !== undefined && Object.hasOwn(own.codes, cell) ? own.codes[cell] : undefined;
      const reading = meant === undefined ? numberInTable(cell) : numberIn(meant);
      if ('fault' in reading) return { ...reading, rule: 'type' };
      return { value: factor * reading.value + offset };
    };
  },
  bounds: ({ range: [low, high], unit }) => ({ low, high, ...(unit === undefined ? {} : { unit }) }),
  constant: ({ range: [low, high] }, written) => {
    if (typeof written !== 'number') return { fault: 'must be a number', rule: 'type' };
    return written >= low && written <= high
      ? { value: written }
      : { fault: `must be within the range, ${low} to ${high}`, rule: 'range' };
  },
  guesser() {
    let [low, high, isSound] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, true];
    return {
      add(cell) {
        const reading = numberIn(cell);
        if ('fault' in reading) isSound = false;
        else [low, high] = [Math.min(low, reading.value), Math.max(high, reading.value)];
      },
      guess: () => (isSound && low <= high ? { written: { range: outwards(low, high) }, fit: 3 } : undefined),
    };
  },
  fills: ['refuse', 'drop', 'mean', 'median', 'constant'],
  ownProblem(feature, own): KeyProblem | undefined {
    const unused = unusedKey(own, ['codes', 'unit'], 'a number');
    if (unused !== undefined) return unused;
    for (const target of Object.values(own.codes ?? {})) {
      if ('fault' in numberIn(target)) return { key: 'codes', says: 'must give numbers, as the job declares a number' };
    }
    const known = [...(feature.unit === undefined ? [] : [feature.unit]), ...Object.keys(feature.units ?? {})];
    if (own.unit === undefined || known.includes(own.unit)) return undefined;
    const which = known.length === 0 ? 'the job declares no unit' : `the job knows ${known.join(', ')}`;
    return { key: 'unit', says: `must be a unit of the job: ${which}${suggestion(own.unit, known)}` };
  },
  write: () => (from, into, at) => {
    into[at] = from[0];
  },
};

/** Ends with one digit or two that lie outside of the values. */
function outwards(low: number, high: number): [number, number] {
  const size = Math.max(Math.abs(low), Math.abs(high), high - low);
  const step = size === 0 ? 1 : 10 ** Math.floor(Math.log10(size));
  const digits = Math.max(0, -Math.floor(Math.log10(step)));
  const [first, last] = [Math.floor(low / step) * step, (Math.floor(high / step) + 1) * step];
  return [Number(first.toFixed(digits)), Number(last.toFixed(digits))];
}

function conversionOf({ units = {} }: NumberFeature, { unit }: OwnForm): readonly [factor: number, offset: number] {
  const conversion = unit === undefined || !Object.hasOwn(units, unit) ? 1 : units[unit];
  return typeof conversion === 'number' ? [conversion, 0] : conversion;
}

/** The schema of an entry with no more than its ends. */
export const shortForm = range.transform((range): NumberFeature => ({ is: 'range', range }));
export const numberForm = mapping(number.form);

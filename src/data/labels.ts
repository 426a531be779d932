/**
 * Labels: what a cell of the label column is as a number, and what training makes of it.
 * @module
 */

import { labelFault, notANumber } from './cell-fault.ts';
import type { Reading } from './reading.ts';
import type { LabelRange } from './records.ts';

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const NOT_FINITE = /^[+-]?(inf|infinity)$/i;

const NO_LABEL = 'not a label, which is 0 or 1';

/** The finite number in a cell. */
export function numberIn(cell: string): Reading {
  const value = NUMBER.test(cell) ? Number(cell) : Number.NaN;
  if (Number.isFinite(value)) return { value };
  if (cell === '') return { fault: 'empty' };
  return { fault: NUMBER.test(cell) || NOT_FINITE.test(cell) ? 'not finite' : notANumber(cell) };
}

/** Reads cells of a label column: 0 or 1 as they are, a class as its index, the value of a target as it is. `numberIn` reads numbers as the table writes them. */
export function labelReader(
  { classes, target }: LabelRange,
  numberOf: (cell: string) => Reading = numberIn,
): (cell: string) => Reading {
  if (classes !== undefined) {
    const indices = new Map(classes.map((name, index) => [String(name), index]));
    return (cell) => {
      // A class that is a number may be written in another way, as 3.0 for 3.
      const number = numberOf(cell);
      const value = indices.get(cell) ?? ('value' in number ? indices.get(String(number.value)) : undefined);
      if (value !== undefined) return { value };
      return { fault: cell === '' ? 'empty' : labelFault(cell, 'not one of the classes that the job declares') };
    };
  }
  if (target === undefined) {
    return (cell) => {
      const reading = numberOf(cell);
      if ('value' in reading) return reading.value === 0 || reading.value === 1 ? reading : { fault: NO_LABEL };
      return cell === ''
        ? reading
        : {
            fault: labelFault(cell, `${NO_LABEL}: write 1 and 0, or say with codes in the configuration what it means`),
          };
    };
  }
  const [low, high] = target;
  const outside = `outside the declared range from ${low} to ${high}`;
  return (cell) => {
    const reading = numberOf(cell);
    return 'fault' in reading || (reading.value >= low && reading.value <= high) ? reading : { fault: outside };
  };
}

/** Indices of `classes` classes as rows of a one and zeros: labels × classes, row-major. */
export function oneHot(labels: Float64Array, classes: number): Float64Array {
  const rows = new Float64Array(labels.length * classes);
  labels.forEach((label, i) => {
    rows[i * classes + label] = 1;
  });
  return rows;
}

/** What turns values of a target into values from -1 to 1, which a network is trained on: y ↦ (y − centre) / scale. */
export function targetScaling([low, high]: readonly [number, number]): { centre: number; scale: number } {
  return { centre: low / 2 + high / 2, scale: high / 2 - low / 2 };
}

/**
 * Yes or no: one column of 1 and 0.
 * @module
 */
import { z } from 'zod';
import { mustBe } from '../../data/document.ts';
import type { CellReading, ReadKind } from '../feature-kind.ts';
import { unusedKey } from '../own-form.ts';

export interface YesNoFeature {
  readonly is: 'yesNo';
  readonly yesNo: true;
}

const WORDS = new Map([
  ...['yes', 'y', 'true', '1', '1.0'].map((word) => [word, 1] as const),
  ...['no', 'n', 'false', '0', '0.0'].map((word) => [word, 0] as const),
]);

function read(cell: string): CellReading {
  const value = WORDS.get(cell.toLowerCase());
  if (value !== undefined) return { value };
  return { fault: 'neither yes nor no; say with codes in the configuration what it means', rule: 'levels' };
}

/** `smoker: { yesNo: true }` */
export const yesNo: ReadKind<YesNoFeature> = {
  isRead: true,
  form: { yesNo: z.literal(true, mustBe('true')) },
  columns: (name) => [{ name, low: 0, high: 1 }],
  told: () => 'yes or no: also true and false, 1 and 0, y and n',
  reader:
    (_, { codes = {} }) =>
    (cell) =>
      read(Object.hasOwn(codes, cell) ? codes[cell] : cell),
  constant: (_, written) => {
    const reading = read(String(written));
    return 'value' in reading ? reading : { fault: 'must be yes or no', rule: 'levels' };
  },
  guesser() {
    const found = new Set<number>();
    let isSound = true;
    return {
      add(cell) {
        const reading = read(cell);
        if ('value' in reading) found.add(reading.value);
        else isSound = false;
      },
      guess: () => (isSound && found.size > 0 ? { written: { yesNo: true }, fit: 4 } : undefined),
    };
  },
  fills: ['refuse', 'drop', 'mean', 'constant'],
  ownProblem(_, own) {
    const unused = unusedKey(own, ['codes'], 'yes or no');
    if (unused !== undefined) return unused;
    const isKnown = Object.values(own.codes ?? {}).every((target) => 'value' in read(target));
    return isKnown ? undefined : { key: 'codes', says: 'must give yes or no' };
  },
  write: () => (from, into, at) => {
    into[at] = from[0];
  },
};

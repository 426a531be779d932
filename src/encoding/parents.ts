/**
 * How a derived feature names those that it is made of.
 * @module
 */
import { z } from 'zod';
import { mustBe, text } from '../data/document.ts';
import type { KeyProblem, Parent } from './feature-kind.ts';

export const parentName = () => text('the name of a feature that is declared above');
export const parentPair = () =>
  z.tuple([parentName(), parentName()], mustBe('[a, b], two features that are declared above'));

/** What is wrong where one of several parents has not exactly one column. */
export function singleProblem(key: string, parents: readonly Parent[]): KeyProblem | undefined {
  const many = parents.find(({ columns }) => columns.length !== 1);
  return many === undefined
    ? undefined
    : { key, says: `must name features with one column, and '${many.name}' has ${many.columns.length}` };
}

/**
 * Several things that are read and checked at once, and everything that is wrong with them together.
 * @module
 */
import { TrefoilError } from '../../errors.ts';

/** All results, or one error with the problems of everything that failed. */
export async function allOrEveryProblem<T extends readonly unknown[]>(
  tasks: {
    readonly [K in keyof T]: Promise<T[K]>;
  },
): Promise<T> {
  const settled = await Promise.allSettled(tasks);
  const failures = settled.flatMap((task) => (task.status === 'rejected' ? [task.reason as Error] : []));
  if (failures.length === 1) throw failures[0];
  const known = failures.filter((failure) => failure instanceof TrefoilError);
  if (known.length > 0) {
    throw new TrefoilError(known[0].code, 'several files have problems:', {
      problems: known.map(({ message }) => message),
      facts: { broken: known.flatMap(({ facts }) => facts.broken ?? []) },
    });
  }
  if (failures.length > 0) throw failures[0];
  return settled.map((task) => (task.status === 'fulfilled' ? task.value : undefined)) as unknown as T;
}

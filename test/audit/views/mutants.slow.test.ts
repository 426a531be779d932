/** The mutants of `views.test.ts` in the other trust mode. */
import { expect, it } from 'vitest';
import { failingIn, failures, isDealer } from './failures.ts';
import { bareCorrections, SEEN_BY_ALL } from './mutants.ts';

it.each(Object.entries(SEEN_BY_ALL))('%s: seen by every evaluator, and by every two', async (_, mutant) => {
  for (const { view, failed } of await failures('dealer', mutant)) {
    if (!isDealer(view)) expect(failed, view).not.toEqual([]);
  }
});

it('corrections that nobody hides: seen by the last evaluator, and whoever is with it', async () => {
  expect(await failingIn('dealer', bareCorrections)).toEqual([
    'dealer: south',
    'dealer: north and south',
    'dealer: east and south',
  ]);
});

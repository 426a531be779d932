import { describe, expect, it } from 'vitest';
import type { PrivacyEvent, PrivacyUnit } from '../../src/privacy/accounting/events.ts';
import { epochsThatFit, epsilonLeft, noiseThatFits } from '../../src/privacy/accounting/fitting.ts';
import { accountOf, accountsOf, epsilonOn, excessOf } from '../../src/privacy/ledger/budget.ts';
import { asks, epsilonOf, metric, rowsOf, steps } from './spendings.ts';

const DELTA = 1e-5;
const RECORD: PrivacyUnit = { records: 1, neighbours: 'add-or-remove' };
const limitOf = (epsilon: number) => ({ epsilon, delta: DELTA });
const [A, B] = [rowsOf('a'), rowsOf('b')];
const cost = (count: number, unit = RECORD) => epsilonOf([steps(count)], DELTA, unit);

describe('accountOf', () => {
  it('joins rows by commitment, by name, and by way of a third', () => {
    const spendings = [
      asks([rowsOf('a', 'train', 'cohort'), rowsOf('c', 'test')], [steps(1)]),
      asks([rowsOf('b', 'train', 'cohort')], [steps(1)]),
    ];
    const account = accountOf(A, spendings);
    expect([...account.names]).toEqual(['cohort']);
    expect([...account.commitments].sort()).toEqual([A.commitment, B.commitment]);
    expect(accountsOf(spendings)).toHaveLength(2);
  });
});

describe('accountOf rows of one table', () => {
  const table = 'e'.repeat(64);

  it('joins jobs on other columns of one file', () => {
    const spendings = [asks([{ ...A, table }], [steps(5)])];
    expect(epsilonOn(accountOf({ ...B, table }, spendings), spendings, DELTA, epsilonOf)).toBe(cost(5));
  });

  it('joins another export, in which the columns of the job are the same', () => {
    const spendings = [asks([{ ...A, table }], [steps(5)])];
    expect(epsilonOn(accountOf({ ...A, table: 'd'.repeat(64) }, spendings), spendings, DELTA, epsilonOf)).toBe(cost(5));
  });

  it('joins entries of earlier versions, whose commitment is that of the table', () => {
    const earlier = [asks([{ ...A, commitment: table }], [steps(5)])];
    const account = accountOf({ ...B, table }, earlier);
    expect(epsilonOn(account, earlier, DELTA, epsilonOf)).toBe(cost(5));
    expect(accountsOf([...earlier, asks([{ ...B, table }], [steps(1)])])).toHaveLength(1);
  });
});

describe('epsilonOn', () => {
  const spent = (...all: ReturnType<typeof asks>[]) => epsilonOn(accountOf(A, all), all, DELTA, epsilonOf);

  it('composes all jobs on the same rows, and no others', () => {
    expect(spent()).toBe(0);
    expect(spent(asks([B], [steps(5)]))).toBe(0);
    expect(spent(asks([A], [steps(5)]), asks([B], [steps(70)]), asks([A], [steps(7)]))).toBe(cost(12));
  });

  it('counts for rows of one kind what is released of that kind', () => {
    const test = epsilonOf([metric], DELTA, RECORD);
    expect(spent(asks([rowsOf('a', 'test'), B], [steps(5), metric]))).toBe(test);
    expect(spent(asks([A], [steps(5), metric]))).toBe(cost(5));
  });

  it('adds up what rows spend as training rows of one job and test rows of the next', () => {
    const both = spent(asks([A], [steps(5), metric]), asks([rowsOf('a', 'test')], [steps(5), metric]));
    expect(both).toBe(epsilonOf([steps(5), { ...metric, data: 'train' }], DELTA, RECORD));
  });

  it('counts every event for a person, whose records may be anywhere, and earlier jobs for the largest unit', () => {
    const unit: PrivacyUnit = { records: 3, neighbours: 'add-or-remove' };
    const persons = spent(asks([A], [steps(5)]), asks([rowsOf('a', 'test')], [steps(2), metric], { unit }));
    expect(persons).toBeCloseTo(epsilonOf([steps(7), metric], DELTA, unit), 12);
  });

  it('takes the replacement of a record for the larger unit', () => {
    const units: PrivacyUnit[] = [];
    const noting = (_: unknown, __: number, unit: PrivacyUnit) => units.push(unit);
    const replace = asks([A], [steps(1)], { unit: { records: 1, neighbours: 'replace' } });
    const all = [replace, asks([A], [steps(1)], { unit: { records: 2, neighbours: 'add-or-remove' } })];
    epsilonOn(accountOf(A, all), all, DELTA, noting);
    expect(units).toEqual([{ records: 2, neighbours: 'replace' }]);
  });

  it('takes the place in batches for full where an earlier job knew of fewer records of a person', () => {
    const sampled: PrivacyEvent = { ...steps(4), kind: 'sampled gaussian', rate: 0.1, overflow: 1e-6 };
    const seen: PrivacyEvent[] = [];
    const noting = (events: readonly PrivacyEvent[]) => seen.push(...events);
    const all = [1, 3].map((records) => asks([A], [sampled], { unit: { ...RECORD, records } }));
    epsilonOn(accountOf(A, all), all, DELTA, noting);
    expect(seen).toEqual([{ ...sampled, overflow: 1 }, sampled]);
  });

  it('has no bound after a job without a guarantee', () => {
    expect(spent(asks([A], [steps(5)]), asks([A], 'unbounded'))).toBe(Number.POSITIVE_INFINITY);
    expect(spent(asks([A], [steps(5)]), asks([B], 'unbounded'))).toBe(cost(5));
  });
});

describe('excessOf', () => {
  const before = [asks([A], [steps(5)])];

  it('lets a job meet the limit exactly, and none beyond', () => {
    expect(excessOf(asks([A], [steps(5)]), before, limitOf(cost(10)), epsilonOf)).toEqual([]);
    expect(excessOf(asks([A], [steps(6)]), before, limitOf(cost(10)), epsilonOf)).toEqual([
      { dataSet: A, spent: cost(5), total: cost(11), kinds: 1 },
    ]);
  });

  it('says where training and test rows of a job are one account', () => {
    const own = [rowsOf('a', 'train', 'cohort'), rowsOf('b', 'test', 'cohort')];
    expect(excessOf(asks(own, [steps(6)]), [], limitOf(cost(5)), epsilonOf)).toMatchObject([
      { dataSet: own[0], kinds: 2 },
    ]);
  });

  it('gives other rows a limit of their own, unless their name is the same', () => {
    expect(excessOf(asks([B], [steps(10)]), before, limitOf(cost(10)), epsilonOf)).toEqual([]);
    const named = [asks([rowsOf('a', 'train', 'cohort')], [steps(5)])];
    const asked = asks([rowsOf('b', 'train', 'cohort')], [steps(10)]);
    expect(excessOf(asked, named, limitOf(cost(10)), epsilonOf)).toHaveLength(1);
  });

  it('refuses a job without a guarantee at any limit', () => {
    expect(excessOf(asks([A], 'unbounded'), [], limitOf(1e9), epsilonOf)).toHaveLength(1);
  });

  it('names an account once', () => {
    const name = 'cohort';
    const asked = asks([rowsOf('a', 'train', name), rowsOf('b', 'test', name)], [steps(6), metric]);
    expect(excessOf(asked, [], limitOf(0.1), epsilonOf)).toHaveLength(1);
  });
});

describe('the job that would fit', () => {
  const before = [asks([A], [steps(50)])];
  const limit = limitOf(cost(100));

  it('has the least noise, within half a percent', () => {
    // 200 steps cost as much as the 50 that are left when they have twice the noise.
    const found = noiseThatFits(asks([A], [steps(200)]), before, limit, epsilonOf);
    expect(found?.factor).toBeGreaterThanOrEqual(2);
    expect(found?.factor).toBeLessThan(2 * 1.005);
    expect(found?.epsilon).toBeLessThanOrEqual(cost(50));
    expect(found?.epsilon).toBeGreaterThan(cost(50) * 0.99);
  });

  it('is the same job where that fits, and none where nothing is left', () => {
    expect(noiseThatFits(asks([A], [steps(50)]), before, limit, epsilonOf)?.factor).toBe(1);
    expect(noiseThatFits(asks([A], [steps(1)]), [asks([A], 'unbounded')], limit, epsilonOf)).toBeUndefined();
    expect(noiseThatFits(asks([A], 'unbounded'), [], limit, epsilonOf)).toBeUndefined();
  });

  it('has the most epochs', () => {
    // 20 steps an epoch, of which 50 are left.
    expect(epochsThatFit(asks([A], [steps(200)]), 10, before, limit, epsilonOf)).toBe(2);
    expect(epochsThatFit(asks([A], [steps(40)]), 2, before, limit, epsilonOf)).toBe(2);
    expect(epochsThatFit(asks([A], [steps(51)]), 1, before, limit, epsilonOf)).toBe(0);
  });

  it('may spend what is left', () => {
    const left = epsilonLeft(accountOf(A, before), before, limit, epsilonOf);
    expect(left).toBeLessThanOrEqual(cost(50));
    expect(left).toBeGreaterThan(cost(50) * 0.99);
    expect(epsilonLeft(accountOf(B, before), before, limit, epsilonOf)).toBe(limit.epsilon);
    expect(epsilonLeft(accountOf(A, before), before, limitOf(cost(50)), epsilonOf)).toBe(0);
    const unbounded = [asks([A], 'unbounded')];
    expect(epsilonLeft(accountOf(A, unbounded), unbounded, limit, epsilonOf)).toBe(0);
  });
});

import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Loading } from '../../src/job/node/loading-progress.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

it('says nothing of files that are read within a second', () => {
  const tell = vi.fn();
  const loading = new Loading(10_000, tell);
  for (let rows = 4096; rows < 10_000; rows += 4096) loading.advance('train', rows);
  loading.advance('train', 10_000);
  expect(tell).not.toHaveBeenCalled();
});

it('adds up what has been read of several files, twice a second, and says the end', () => {
  const told: number[] = [];
  const loading = new Loading(1_000_000, (done, of) => {
    told.push(done);
    expect(of).toBe(1_000_000);
  });
  for (let rows = 1000; rows <= 500_000; rows += 1000) {
    vi.advanceTimersByTime(10);
    loading.advance('train', rows);
    loading.advance('test', rows);
  }
  expect(told.length).toBeGreaterThan(7);
  expect(told.length).toBeLessThan(12);
  expect(told).toEqual([...told].sort((a, b) => a - b));
  expect(told[0]).toBeGreaterThan(100_000);
  expect(told.at(-1)).toBe(1_000_000);
});

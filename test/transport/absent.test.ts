import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TrefoilError } from '../../src/errors.ts';
import { durationText, waitForAbsent } from '../../src/transport/absent.ts';
import type { MeshOptions } from '../../src/transport/mesh-options.ts';

describe('a node that waits', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('says for how long and what sets it, again when something changes and now and then, and names it at the end', () => {
    const said: string[] = [];
    let failure: TrefoilError | undefined;
    const options = { connectSeconds: 120, onWaiting: (text: string) => said.push(text) } as Partial<MeshOptions>;
    let reason = 'no such host';
    const stop = waitForAbsent(
      options as MeshOptions,
      () => new Map([['east', `east at node:7101 (${reason})`]]),
      (error) => {
        failure = error;
      },
    );
    vi.advanceTimersByTime(5000);
    reason = 'connection refused';
    vi.advanceTimersByTime(114_000);
    const line = (why: string, left: string) =>
      `waiting for east at node:7101 (${why}): ${left} left, then this node gives up; connectSeconds in its configuration sets it`;
    expect(said).toEqual([
      line('no such host', '118 s'),
      ...[114, 98, 82, 66, 50, 34, 18, 2].map((left) => line('connection refused', `${left} s`)),
    ]);
    expect(failure).toBeUndefined();
    vi.advanceTimersByTime(1000);
    expect(failure?.code).toBe('TREFOIL_UNREACHABLE');
    expect(failure?.message).toMatch(/within 120 seconds; start all nodes within that time, or raise connectSeconds/);
    expect(failure?.facts).toEqual({ nodes: ['east'], seconds: 120 });
    stop();
  });
});

it.each([
  [0.2, '1 s'],
  [299, '299 s'],
  [300, '5 min'],
  [7200, '2 h'],
  [2_147_483, '25 days'],
])('%d seconds are %s', (seconds, text) => {
  expect(durationText(seconds)).toBe(text);
});

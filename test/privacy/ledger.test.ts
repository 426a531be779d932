import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { TrefoilError } from '../../src/errors.ts';
import { spendingsOf, standingsOf } from '../../src/privacy/ledger/budget.ts';
import {
  type Chain,
  type Content,
  checkSigner,
  EMPTY,
  lineAfter,
  type Spending,
  verifyChain,
} from '../../src/privacy/ledger/ledger.ts';
import { createIdentity } from '../../src/transport/create-identity.ts';
import type { Identity } from '../../src/transport/identity.ts';
import { asks, metric, rowsOf, steps } from './spendings.ts';

let north: Identity;
let other: Identity;
beforeAll(async () => {
  [north, other] = await Promise.all([createIdentity({ name: 'north' }), createIdentity({ name: 'north' })]);
});

const time = new Date('2026-01-02T03:04:05Z');
const label = (number: number) => `entry ${number}`;
const spending: Spending = { run: 'ab', ...asks([rowsOf('1')], [steps(10), metric]) };

function extended(lines: readonly string[], identity = north, spent: Spending | undefined = spending): string[] {
  const chain = verifyChain(lines, label);
  return [
    ...lines,
    lineAfter(chain, { time, party: 'north', ...(spent === undefined ? {} : { spending: spent }) }, identity),
  ];
}

function refusal(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof TrefoilError && error.code === 'TREFOIL_LEDGER') return error.message;
    throw error;
  }
  throw new Error('it was not refused');
}

const three = () => extended(extended(extended([])));

describe('verifyChain', () => {
  it('gives back what was appended, whatever it is and however many', () => {
    const event = fc.record({
      noiseMultiplier: fc.double({ min: 1e-300, max: 1e300, noNaN: true }),
      count: fc.integer({ min: 1 }),
      // In any order of keys, as whoever makes them may have it.
      what: fc.string(),
      kind: fc.constant('gaussian' as const),
      data: fc.constantFrom('train' as const, 'test' as const, 'validation' as const),
    });
    const jobs = fc.array(fc.oneof(fc.array(event), fc.constant('unbounded' as const)), { maxLength: 5 });
    fc.assert(
      fc.property(jobs, fc.string(), (events, name) => {
        const spent = events.map((each) => ({ run: 'cd', ...asks([rowsOf('2', 'test', name)], each) }));
        const lines = spent.reduce<string[]>((all, each) => extended(all, north, each), []);
        const { entries } = verifyChain(lines, label);
        expect(entries.map((entry) => entry.spending)).toEqual(spent);
        expect(entries.map(({ number }) => number)).toEqual(spent.map((_, i) => i + 1));
      }),
      { numRuns: 50 },
    );
  });

  it('is of one line an entry, and begins at the empty chain', () => {
    expect(verifyChain([], label)).toEqual<Chain>(EMPTY);
    for (const line of three()) expect(line).toMatch(/^[^\n]+\n$/);
  });

  it('notices the change of any character of an entry', () => {
    const [first] = three();
    fc.assert(
      fc.property(fc.nat({ max: first.length - 2 }), fc.constantFrom('0', '1', 'a', '}', ' '), (at, character) => {
        fc.pre(first[at] !== character);
        const altered = `${first.slice(0, at)}${character}${first.slice(at + 1)}`;
        // Base64 leaves some bits of its last character open, and the next entry holds the whole line.
        expect(refusal(() => verifyChain([altered, ...three().slice(1)], label))).toMatch(/^entry [12] /);
      }),
      { numRuns: 100 },
    );
  });

  it('takes an intent and one word on what became of it', () => {
    const more = (lines: readonly string[], content: Partial<Content>): string[] => [
      ...lines,
      lineAfter(verifyChain(lines, label), { time, party: 'north', ...content }, north),
    ];
    const intents = more(more([], { spending, stage: 'intent' }), { spending, stage: 'intent' });
    const settled = more(more(intents, { settles: { entry: 2, as: 'void' } }), { settles: { entry: 1, as: 'spent' } });
    const { entries } = verifyChain(settled, label);
    expect([...standingsOf(entries)]).toEqual([
      [1, 'spent'],
      [2, 'void'],
    ]);
    expect(spendingsOf(entries)).toHaveLength(1);
    expect(spendingsOf(verifyChain(intents, label).entries), 'what is intended counts').toHaveLength(2);
    for (const wrong of [
      { settles: { entry: 2, as: 'void' } },
      { settles: { entry: 5, as: 'void' } },
      { settles: { entry: 3, as: 'spent' } },
    ] as const) {
      expect(refusal(() => verifyChain(more(settled, wrong), label))).toContain('which is no open intent');
    }
    expect(refusal(() => verifyChain(more(extended([]), { settles: { entry: 1, as: 'void' } }), label))).toContain(
      'entry 2 says what became of entry 1, which is no open intent',
    );
    expect(() => more([], { stage: 'intent' })).toThrow();
    expect(() => more([], { spending, settles: { entry: 1, as: 'void' } })).toThrow();
  });

  it('names the entry whose number of records, noise or data set was altered', () => {
    const lines = three();
    for (const [from, to] of [
      ['"noiseMultiplier":10', '"noiseMultiplier":99'],
      ['"records":1', '"records":2'],
      ['1'.repeat(64), '2'.repeat(64)],
    ]) {
      const altered = [lines[0], lines[1].replace(from, to), lines[2]];
      expect(altered[1]).not.toBe(lines[1]);
      expect(refusal(() => verifyChain(altered, label))).toContain('entry 2 was altered: its signature does not fit');
    }
  });

  it('notices an entry that was removed, moved, or put in twice', () => {
    const [a, b, c] = three();
    expect(refusal(() => verifyChain([a, c], label))).toContain('entry 2 has the number 3 in place of 2');
    expect(refusal(() => verifyChain([b, c], label))).toContain('entry 1 has the number 2');
    expect(refusal(() => verifyChain([a, c, b], label))).toContain('entry 2 has the number 3');
    expect(refusal(() => verifyChain([a, a, b, c], label))).toContain('entry 2 has the number 1');
  });

  it('notices another entry of the same number and key', () => {
    const [a, b, c] = three();
    const cheaper = extended([a], north, { ...spending, events: [steps(1)] });
    expect(refusal(() => verifyChain([a, cheaper[1], c], label))).toContain(
      'entry 3 does not continue the entry before',
    );
    expect(verifyChain([a, b, c], label).entries).toHaveLength(3);
  });

  it.each(['', '{}', 'not json', '{"entry":{"ledger":2},"signature":""}'])('refuses the line %j', (line) => {
    expect(refusal(() => verifyChain([line], label))).toContain(
      'entry 1 is not an entry of a ledger that this version',
    );
  });

  it('refuses another key in the middle, but not one that takes over by an entry of its own', () => {
    const one = extended([]);
    expect(refusal(() => verifyChain(extended(one, other), label))).toContain('entry 2 is signed by another key');
    const taken = [...one, lineAfter(verifyChain(one, label), { time, party: 'north' }, other)];
    expect(verifyChain(extended(taken, other), label).entries).toHaveLength(3);
    expect(refusal(() => verifyChain(extended(taken, north), label))).toContain('entry 3 is signed by another key');
  });
});

describe('checkSigner', () => {
  it('takes the chain of this identity, and an empty one', () => {
    expect(() => checkSigner(verifyChain(three(), label), north.certificate, 'it')).not.toThrow();
    expect(() => checkSigner(EMPTY, north.certificate, 'it')).not.toThrow();
  });

  it('refuses a whole chain that somebody else has written', () => {
    const forged = verifyChain(extended([], other), label);
    expect(refusal(() => checkSigner(forged, north.certificate, 'it'))).toContain('is signed by another key');
  });
});

/** Alignment against plain intersection, and what it costs. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alignRecords, countedOnce, sharedRecords } from '../../src/alignment/align.ts';
import { alignmentQuote, pairName } from '../../src/alignment/quote.ts';
import { atAll, type Meeting, meet, PARTIES, type Party, type Sets } from './three-parties.ts';

const inAll = ({ north, east, south }: Sets) => north.filter((id) => east.includes(id) && south.includes(id)).sort();

/** Sets of a few identifiers that meet in all ways. */
const name = fc.nat(11).map((n) => `patient-${n}`);
const set = fc.uniqueArray(name, { maxLength: 12 });
const sets: fc.Arbitrary<Sets> = fc.record({ north: set, east: set, south: set });
const EDGES: readonly [Sets][] = [
  [{ north: [], east: [], south: [] }],
  [{ north: [], east: ['a', 'b'], south: ['a'] }],
  [{ north: ['a', 'b'], east: ['a', 'b'], south: [] }],
  [{ north: ['a'], east: ['b'], south: ['c'] }],
  [{ north: ['a', 'b'], east: ['b', 'a'], south: ['a', 'b'] }],
  [{ north: ['', 'a'], east: ['a', ''], south: [''] }],
];

const bytesSent = ({ links }: Meeting) =>
  PARTIES.flatMap((from) =>
    PARTIES.filter((to) => to !== from).map((to) => [from, to, links.get(from)?.get(to)?.sent.blinded ?? 0]),
  );
const sizesOf = (of: Sets) => Object.fromEntries(PARTIES.map((party) => [party, of[party].length]));

describe.each([1, 2] as const)('the rows that all three have, against %i', (colluding) => {
  const align: typeof alignRecords = (setting, identifiers) => alignRecords({ ...setting, colluding }, identifiers);

  it('are those of a plain intersection, in one order, at the planned cost', async () => {
    await fc.assert(
      fc.asyncProperty(sets, async (of) => {
        const meeting = meet();
        const found = await atAll(meeting, of, align);
        const [north, east, south] = PARTIES.map((party) => [...found[party].rows].map((row) => of[party][row]));
        expect(east).toEqual(north);
        expect(south).toEqual(north);
        expect(north.toSorted()).toEqual(inAll(of));
        expect(found.south.sizes).toEqual(sizesOf(of));

        const { traffic, bytes } = alignmentQuote(PARTIES, sizesOf(of), north.length, 'all', colluding);
        const counted = bytesSent(meeting);
        expect(traffic.map(({ from, to, bytes: each }) => [from, to, each]).sort()).toEqual(counted.toSorted());
        expect(bytes).toBe(counted.reduce((sum, [, , each]) => sum + Number(each), 0));
      }),
      { numRuns: 25, examples: EDGES.map(([of]) => [of]) },
    );
  });

  it('are found among more rows than a bin of a store and a message hold', async () => {
    const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `id ${from + i}`);
    const of = { north: range(0, 2500), east: range(1000, 3300), south: range(2000, 2600) };
    const progress: number[] = [];
    const found = await atAll(meet(), of, (setting, identifiers) =>
      align({ ...setting, onProgress: (done, all) => progress.push(done / all) }, identifiers),
    );
    expect([...found.north.rows].map((row) => of.north[row]).sort()).toEqual(range(2000, 2500));
    expect([...found.south.rows].map((row) => of.south[row]).sort()).toEqual(range(2000, 2500));
    expect(Math.max(0, ...progress)).toBeLessThanOrEqual(1);
  });

  it('stand in another order in each run', async () => {
    const names = Array.from({ length: 20 }, (_, i) => `${i}`);
    const of = { north: names, east: names, south: names };
    const [first, second] = [await atAll(meet(), of, align), await atAll(meet(), of, align)];
    expect([...first.north.rows]).not.toEqual([...second.north.rows]);
    expect([...first.north.rows]).not.toEqual(names.map((_, i) => i));
  });
});

describe('the rows that two share', () => {
  it('are those of plain intersections, in one order, at the planned cost', async () => {
    await fc.assert(
      fc.asyncProperty(sets, async (of) => {
        const meeting = meet();
        const found = await atAll(meeting, of, sharedRecords);
        const names = (self: Party, peer: Party) => [...(found[self].shared.get(peer) ?? [])].map((i) => of[self][i]);
        const shared: Record<string, number> = {};
        for (const [a, b] of [
          ['north', 'east'],
          ['north', 'south'],
          ['east', 'south'],
        ] as const) {
          expect(names(a, b)).toEqual(names(b, a));
          expect(names(a, b).toSorted()).toEqual(of[a].filter((id) => of[b].includes(id)).sort());
          shared[pairName(a, b)] = names(a, b).length;
        }
        const { traffic } = alignmentQuote(PARTIES, sizesOf(of), shared, 'pairs');
        expect(traffic.map(({ from, to, bytes }) => [from, to, bytes]).sort()).toEqual(bytesSent(meeting).toSorted());
      }),
      { numRuns: 25, examples: EDGES.map(([of]) => [of]) },
    );
  });

  it('count once, at the party that keeps them', async () => {
    const of = { north: ['a', 'b', 'c'], east: ['b', 'd', 'a'], south: ['a', 'd', 'e'] };
    const found = await atAll(meet(), of, sharedRecords);
    const kept = (keepers: readonly Party[]) =>
      PARTIES.map((self) =>
        [...countedOnce(of[self].length, self, found[self].shared, keepers)].map((row) => of[self][row]).join(''),
      );
    expect(kept(['north', 'east', 'south'])).toEqual(['abc', 'd', 'e']);
    expect(kept(['south', 'east', 'north'])).toEqual(['c', 'b', 'ade']);
  });
});

it('identifiers that are alike are refused by the numbers of their rows', async () => {
  await expect(
    atAll(meet(), { north: ['a', 'secret', 'secret'], east: ['a'], south: [] }, alignRecords),
  ).rejects.toThrow(/rows 1 and 2 have the same identifier/);
});

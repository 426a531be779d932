/** What is sent: the same sizes in two worlds, nothing that is not uniform, and nothing of an identifier. */
import { describe, expect, it } from 'vitest';
import { alignRecords, sharedRecords } from '../../src/alignment/align.ts';
import { numberOf, P } from '../../src/alignment/group/field.ts';
import { quadraticCharacter } from '../../src/alignment/group/jacobi.ts';
import { ROUNDS } from '../../src/alignment/messages.ts';
import { chiSquaredDeviate, looksUniform } from '../protocol/chi-squared.ts';
import { atAll, type Meeting, meet, PARTIES, type Sent, type Sets } from './three-parties.ts';

const range = (name: string, from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => `${name} ${from + i}`);

/** All three have the first 40. The others are nobody's but their owner's in one world, and pairwise shared in the other. */
const COMMON = range('common', 0, 40);
const APART: Sets = {
  north: [...COMMON, ...range('north', 0, 60)],
  east: [...COMMON, ...range('east', 0, 60)],
  south: [...COMMON, ...range('south', 0, 60)],
};
const IN_PAIRS: Sets = {
  north: [...COMMON, ...range('north and east', 0, 30), ...range('north and south', 0, 30)],
  east: [...COMMON, ...range('north and east', 0, 30), ...range('east and south', 0, 30)],
  south: [...COMMON, ...range('north and south', 0, 30), ...range('east and south', 0, 30)],
};

const shape = ({ sent }: Meeting) =>
  sent.map(({ from, to, round, step, bytes }) => `${from} ${to} ${round} ${step} ${bytes.length}`).sort();

/** Where the payload is bytes that look random: stores, tags, digests. Points are numbers below p on the curve. */
const RANDOM: readonly number[] = [ROUNDS.store, ROUNDS.tags, ROUNDS.shared, ROUNDS.digest];
const POINTS: readonly number[] = [ROUNDS.blinded, ROUNDS.raised, ROUNDS.key];

/** A = 486662 */
const isOnCurve = (u: bigint) => quadraticCharacter((u * ((u * (u + 486662n) + 1n) % P)) % P) >= 0;

const pointsOf = ({ bytes }: Sent) =>
  Array.from({ length: bytes.length / 32 }, (_, i) => numberOf(bytes.subarray(32 * i, 32 * (i + 1))));

describe.each([
  ['the rows of all three, against one', (setting, ids) => alignRecords({ ...setting, colluding: 1 }, ids)],
  ['the rows of all three, against two', alignRecords],
] satisfies [string, typeof alignRecords][])('%s', (_, align) => {
  it('the messages of two worlds that differ in pairwise intersections alone have the same lengths', async () => {
    const [apart, inPairs] = [meet(), meet()];
    const first = await atAll(apart, APART, align);
    const second = await atAll(inPairs, IN_PAIRS, align);
    expect(shape(inPairs)).toEqual(shape(apart));
    for (const party of PARTIES) expect(second[party].rows.length).toBe(first[party].rows.length);
  });

  it('no party sees a value twice that tells pairwise intersections in one of the worlds', async () => {
    // Any two equal pieces of 16 bytes among all that one party receives would be such a value.
    for (const sets of [APART, IN_PAIRS]) {
      const meeting = meet();
      await atAll(meeting, sets, align);
      for (const party of PARTIES) {
        const pieces = meeting.sent
          .filter(({ to, bytes, round }) => to === party && bytes.length >= 16 && round !== ROUNDS.digest)
          .flatMap(({ bytes }) =>
            Array.from({ length: bytes.length / 16 }, (_, i) => Buffer.from(bytes.subarray(16 * i, 16 * (i + 1)))),
          );
        expect(new Set(pieces.map((piece) => piece.toString('hex'))).size).toBe(pieces.length);
      }
    }
  });

  it('stores, tags and digests are uniform bytes, and points lie on the curve', async () => {
    const counts = new Float64Array(256);
    let points = 0;
    const meeting = meet();
    await atAll(meeting, IN_PAIRS, align);
    for (const message of meeting.sent) {
      if (RANDOM.includes(message.round)) for (const byte of message.bytes) counts[byte]++;
      if (!POINTS.includes(message.round)) continue;
      for (const u of pointsOf(message)) {
        expect(u < P && isOnCurve(u)).toBe(true);
        points++;
      }
    }
    expect(points).toBeGreaterThan(300);
    expect(looksUniform(counts), `${chiSquaredDeviate(counts)} deviations`).toBe(true);
  });

  it('a party that repeats a run with the same identifiers sends nothing that it has sent before', async () => {
    const session = new Uint8Array(32).fill(7);
    const [first, second] = [meet(), meet()];
    await atAll(first, APART, align, session);
    await atAll(second, APART, align, session);
    const of = (meeting: Meeting) =>
      meeting.sent
        .filter(({ bytes }) => bytes.length >= 16)
        .map(({ bytes }) => Buffer.from(bytes.subarray(0, 16)).toString('hex'));
    const seen = new Set(of(first));
    expect(of(second).filter((piece) => seen.has(piece))).toEqual([]);
  });
});

it('the rows of pairs: a party that is not of a pair gets the same lengths whatever the pair shares', async () => {
  const lengthsFor = async (sets: Sets) => {
    const meeting = meet();
    await atAll(meeting, sets, sharedRecords);
    return meeting.sent
      .filter(({ from, to }) => from === 'south' || to === 'south')
      .map(({ from, round, bytes }) => `${from} ${round} ${bytes.length}`)
      .sort();
  };
  const apart: Sets = { ...APART, north: range('north', 0, 100), south: APART.south };
  const shared: Sets = { ...apart, north: [...range('north', 0, 40), ...range('east', 0, 60)] };
  expect(await lengthsFor(shared)).toEqual(await lengthsFor(apart));
});

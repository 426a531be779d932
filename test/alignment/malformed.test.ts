/** Peers that break the protocol are refused by their names. */
import { expect, it } from 'vitest';
import { alignRecords, sharedRecords } from '../../src/alignment/align.ts';
import { ROUNDS } from '../../src/alignment/messages.ts';
import type { TrefoilError } from '../../src/errors.ts';
import { atAll, meet, type Sent, type Sets } from './three-parties.ts';

const SETS: Sets = { north: ['a', 'b', 'c'], east: ['b', 'c', 'd'], south: ['c', 'b', 'e'] };

/** Changes the messages of one content that one party sends. */
const changed =
  (from: string, content: keyof typeof ROUNDS, change: (bytes: Uint8Array) => Uint8Array) =>
  (message: Sent): Uint8Array =>
    message.from === from && message.round === ROUNDS[content] ? change(message.bytes) : message.bytes;

const number = (value: number) => {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
};
/** The first point of a message in another form. */
const firstPoint = (point: Uint8Array) => (bytes: Uint8Array) => {
  bytes.set(point);
  return bytes;
};
const ZERO = new Uint8Array(32);
const ONE = Uint8Array.of(1, ...new Uint8Array(31));
/** p, which is 0 in another form, and 9 with the highest bit set. */
const P_ITSELF = Uint8Array.of(0xed, ...new Uint8Array(30).fill(0xff), 0x7f);
const HIGH_BIT = Uint8Array.of(9, ...new Uint8Array(30), 0x80);

it.each<[what: string, party: string, change: (message: Sent) => Uint8Array, says: RegExp]>([
  [
    'the identity as a question',
    'north',
    changed('north', 'blinded', firstPoint(ZERO)),
    /north sent a point of small order/,
  ],
  ['a point of order four', 'east', changed('east', 'blinded', firstPoint(ONE)), /east sent a point of small order/],
  [
    'a small point as an answer',
    'south',
    changed('south', 'raised', firstPoint(ZERO)),
    /south sent a point of small order/,
  ],
  [
    'p itself',
    'east',
    changed('east', 'raised', firstPoint(P_ITSELF)),
    /east sent a point that is not encoded canonically/,
  ],
  ['a high bit', 'south', changed('south', 'blinded', firstPoint(HIGH_BIT)), /south sent a point that is not encoded/],
  ['a small key', 'east', changed('east', 'key', firstPoint(ZERO)), /east sent a point of small order/],
  [
    'too many identifiers',
    'south',
    changed('south', 'size', () => number(1e9)),
    /south announced 1000000000 identifiers/,
  ],
  [
    'fewer than are sent',
    'north',
    changed('north', 'size', () => number(2)),
    /north sent an 'blinded' message of 96 bytes where 64 were due/,
  ],
  [
    'a short store',
    'east',
    changed('east', 'store', (bytes) => bytes.subarray(1)),
    /east sent an 'blinded' message of 8191 bytes where 8192/,
  ],
  [
    'more rows than anybody has',
    'north',
    changed('north', 'found', () => number(4)),
    /north announced 4 identifiers where 3/,
  ],
  [
    'rows out of order',
    'north',
    changed('north', 'shared', (bytes) => Uint8Array.of(...bytes.subarray(16), ...bytes.subarray(0, 16))),
    /north sent shared rows that are not in their order/,
  ],
  [
    'a row twice',
    'north',
    changed('north', 'shared', (bytes) => Uint8Array.of(...bytes.subarray(0, 16), ...bytes.subarray(0, 16))),
    /north sent shared rows that are not in their order/,
  ],
  [
    'rows that nobody has',
    'north',
    changed('north', 'shared', (bytes) => bytes.fill(0, 0, 16)),
    /north named shared rows that this party does not have/,
  ],
  [
    'another digest',
    'north',
    changed('south', 'digest', (bytes) => bytes.fill(0)),
    /north told south other shared rows than this party/,
  ],
])('%s', async (what, party, change, says) => {
  const align: typeof alignRecords = (setting, ids) =>
    alignRecords({ ...setting, colluding: what === 'a small key' ? 1 : 2 }, ids);
  const error = (await atAll(meet(change), SETS, align).catch((failure: unknown) => failure)) as TrefoilError;
  expect(error.message).toMatch(says);
  expect(error.code).toBe('TREFOIL_PEER');
  expect(error.place.party).toBe(party);
  expect(error.facts.how).toBe('malformed');
});

it.each<[what: string, party: string, change: (message: Sent) => Uint8Array, says: RegExp]>([
  [
    'tags out of order',
    'south',
    changed('south', 'tags', (bytes) => bytes.fill(0)),
    /south sent tags that are not in their order/,
  ],
  [
    'rows that the other lacks',
    'north',
    changed('north', 'shared', (bytes) => bytes.fill(0, 0, 16)),
    /north named shared rows that this party does not have/,
  ],
])('between two: %s', async (_, party, change, says) => {
  const error = (await atAll(meet(change), SETS, sharedRecords).catch((failure: unknown) => failure)) as TrefoilError;
  expect(error.message).toMatch(says);
  expect(error.place.party).toBe(party);
});

it('a party may have no more identifiers than the job says', async () => {
  const run = atAll(meet(), SETS, (setting, ids) => alignRecords({ ...setting, most: { east: 2 } }, ids));
  await expect(run).rejects.toThrow(/east announced 3 identifiers where 2 are the most/);
});

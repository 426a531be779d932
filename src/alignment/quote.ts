/**
 * What an alignment sends and computes, exactly, before it runs: a function of how many identifiers each party has, and how many are shared.
 * @module
 */
import { ELEMENT_BYTES } from './group/field.ts';
import type { Sizes } from './setting.ts';
import { TAG_BYTES } from './sorted-tags.ts';
import { storeBytes } from './store.ts';

/** `all`: the rows that all three have. `pairs`: the rows that each two share. */
export type Find = 'all' | 'pairs';

/** One direction of a link. */
export interface AlignmentTraffic {
  readonly from: string;
  readonly to: string;
  readonly bytes: number;
}

export interface AlignmentQuote {
  readonly traffic: readonly AlignmentTraffic[];
  readonly bytes: number;
  /** Points that each party raises to an exponent. */
  readonly points: Sizes;
  /** Messages that follow each other at least, whatever the sizes. */
  readonly rounds: number;
}

/** How many rows all three have, or each two: by the names of two parties in the order of the job, with a plus between. */
export type Shared = number | Readonly<Record<string, number>>;

export const pairName = (earlier: string, later: string): string => `${earlier}+${later}`;

/** sizes; question, or key; answer; stores; shared rows; digests. */
const ROUNDS_OF_ALL = 6;
/** sizes; question, answer; tags; shared rows. */
const ROUNDS_OF_PAIRS = 5;
const NUMBER_BYTES = 4;
const DIGEST_BYTES = 32;

/** The exact cost of an alignment. `shared` is known only afterwards; before, the smallest size bounds it. */
export function alignmentQuote(
  parties: readonly [string, string, string],
  sizes: Sizes,
  shared: Shared,
  find: Find,
  colluding: 1 | 2 = 2,
): AlignmentQuote {
  const traffic =
    find === 'all' ? trafficOfAll(parties, sizes, numberOf(shared), colluding) : trafficOfPairs(parties, sizes, shared);
  return {
    traffic,
    bytes: traffic.reduce((sum, { bytes }) => sum + bytes, 0),
    points: pointsRaised(parties, sizes, find, colluding),
    rounds: find === 'all' ? ROUNDS_OF_ALL : ROUNDS_OF_PAIRS,
  };
}

const numberOf = (shared: Shared): number =>
  typeof shared === 'number' ? shared : Math.max(0, ...Object.values(shared));

function trafficOfAll(
  [collector, ...servers]: readonly [string, string, string],
  sizes: Sizes,
  shared: number,
  colluding: 1 | 2,
): AlignmentTraffic[] {
  const points = (name: string) => ELEMENT_BYTES * sizes[name];
  return servers.flatMap((server, i) => {
    const other = servers[1 - i];
    return [
      { from: collector, to: server, bytes: NUMBER_BYTES + points(collector) + NUMBER_BYTES + TAG_BYTES * shared },
      { from: server, to: collector, bytes: NUMBER_BYTES + points(collector) + storeBytes(sizes[server]) },
      {
        from: server,
        to: other,
        bytes: NUMBER_BYTES + (colluding === 1 ? ELEMENT_BYTES : points(server) + points(other)) + DIGEST_BYTES,
      },
    ];
  });
}

function trafficOfPairs(parties: readonly [string, string, string], sizes: Sizes, shared: Shared): AlignmentTraffic[] {
  return pairsOf(parties).flatMap(([client, server]) => {
    const points = ELEMENT_BYTES * sizes[client];
    const both = typeof shared === 'number' ? shared : (shared[pairName(client, server)] ?? 0);
    return [
      { from: client, to: server, bytes: NUMBER_BYTES + points + NUMBER_BYTES + TAG_BYTES * both },
      { from: server, to: client, bytes: NUMBER_BYTES + points + TAG_BYTES * sizes[server] },
    ];
  });
}

const pairsOf = ([a, b, c]: readonly [string, string, string]) =>
  [
    [a, b],
    [a, c],
    [b, c],
  ] as const;

/** Points that each party raises to an exponent. */
export function pointsRaised(
  parties: readonly [string, string, string],
  sizes: Sizes,
  find: Find,
  colluding: 1 | 2 = 2,
): Sizes {
  const [a, b, c] = parties.map((name) => sizes[name]);
  const points = { all: colluding === 1 ? ofAllAgainstOne : ofAllAgainstTwo, pairs: ofPairs }[find](a, b, c);
  return Object.fromEntries(parties.map((name, i) => [name, points[i]]));
}

type Points = (a: number, b: number, c: number) => readonly [number, number, number];

/** The collector blinds once and takes it off twice. A server answers it, evaluates its function at its rows, and agrees on a key. */
const ofAllAgainstOne: Points = (a, b, c) => [3 * a, a + b + 2, a + c + 2];

/** In place of a key a server asks the other one and answers it: it blinds, and takes that off. */
const ofAllAgainstTwo: Points = (a, b, c) => [3 * a, a + 3 * b + c, a + 3 * c + b];

/** The earlier one of two blinds, and takes it off for each; the later one answers, and evaluates its function at its rows. */
const ofPairs: Points = (a, b, c) => [3 * a, 3 * b + a, c + a + b];

/**
 * A view of one run as a list of numbers, the same list for every run of a plan: what a classifier is given to tell runs apart.
 * @module
 */
import type { NodeView } from './node-view.ts';
import { byteCounts, onesAt } from './uniformity.ts';
import type { Sequences } from './view-words.ts';

/** Places of a sequence that are looked at one by one: the first ones, and others at equal distances. */
const FIRST_PLACES = 32;
const OTHER_PLACES = 96;

/**
 * Of each sequence its length, how often each bit is set, and at some places the value and its lowest bit; of the messages that were
 * received, by peer and kind, how many there were, how long, and what credit they gave.
 */
export function viewFeatures(sequences: Sequences, views: readonly NodeView[]): Float64Array {
  const features: number[] = [];
  for (const words of sequences.values()) {
    const counts = byteCounts(words);
    features.push(words.length);
    for (let bit = 0; bit < 64; bit++) features.push(onesAt(counts, bit) / Math.max(1, words.length));
    for (const place of placesOf(words.length)) {
      features.push(Number(BigInt.asIntN(64, words[place])) / 2 ** 63, Number(words[place] & 1n));
    }
  }
  for (const { transcript } of views) features.push(...traffic(transcript.messages));
  return Float64Array.from(features);
}

function placesOf(length: number): number[] {
  if (length <= FIRST_PLACES + OTHER_PLACES) return Array.from({ length }, (_, i) => i);
  const others = Array.from({ length: OTHER_PLACES }, (_, i) =>
    Math.floor(FIRST_PLACES + ((length - FIRST_PLACES) * i) / OTHER_PLACES),
  );
  return [...Array.from({ length: FIRST_PLACES }, (_, i) => i), ...others];
}

function traffic(messages: NodeView['transcript']['messages']): number[] {
  const sums = new Map<string, [count: number, bytes: number, credit: number]>();
  for (const { direction, peer, kind, payload } of messages) {
    const key = `${peer}/${kind}`;
    const sum = sums.get(key) ?? [0, 0, 0];
    sums.set(key, sum);
    if (direction === 'sent') continue;
    sum[0]++;
    sum[1] += payload.length;
    if (kind === 'credit') sum[2] += new DataView(payload.buffer, payload.byteOffset).getUint32(0, true);
  }
  // Messages of different peers come in any order.
  return [...sums.keys()].sort().flatMap((key) => sums.get(key) ?? []);
}

/**
 * The area under a ROC curve: the probability that a member scores above somebody else, ties counting half.
 *
 * Its variance is that of DeLong, DeLong and Clarke-Pearson (1988), from the mid-ranks of Sun and Xu (2014), "Fast implementation of DeLong's
 * algorithm". The interval is the normal one: where the curve is all but perfect it is too short, and at an area of 1 it has no length.
 * @module
 */
import type { Estimate } from './clopper-pearson.ts';
import { normalQuantile } from './normal.ts';

export function areaUnderCurve(members: Float64Array, nonMembers: Float64Array, confidence: number): Estimate {
  const [m, n] = [members.length, nonMembers.length];
  const all = new Float64Array(m + n);
  all.set(members);
  all.set(nonMembers, m);
  const together = midRanks(all);
  const [within, withinOthers] = [midRanks(members), midRanks(nonMembers)];
  // What of the others lies below each member, and what of the members above each other.
  const ofMembers = within.map((rank, i) => (together[i] - rank) / n);
  const ofOthers = withinOthers.map((rank, j) => 1 - (together[m + j] - rank) / m);
  const value = mean(ofMembers);
  const deviation = Math.sqrt(variance(ofMembers) / m + variance(ofOthers) / n);
  const reach = normalQuantile((1 - confidence) / 2) * deviation;
  return { value, lower: Math.max(0, value - reach), upper: Math.min(1, value + reach) };
}

/** The place of each value in ascending order from 1 on; of equal values the mean of their places. */
function midRanks(values: Float64Array): Float64Array {
  const order = Uint32Array.from(values, (_, i) => i).sort((a, b) => values[a] - values[b]);
  const ranks = new Float64Array(values.length);
  for (let first = 0; first < order.length; ) {
    let end = first + 1;
    while (end < order.length && values[order[end]] === values[order[first]]) end++;
    for (let i = first; i < end; i++) ranks[order[i]] = (first + 1 + end) / 2;
    first = end;
  }
  return ranks;
}

const mean = (values: Float64Array) => values.reduce((sum, x) => sum + x, 0) / values.length;

/** 0 of a single value, of which nothing is known. */
function variance(values: Float64Array): number {
  const centre = mean(values);
  return values.reduce((sum, x) => sum + (x - centre) ** 2, 0) / Math.max(1, values.length - 1);
}

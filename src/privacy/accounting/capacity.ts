/**
 * Room in an owner's padded batch: how many of the rows that it samples are kept, and how often that is too few.
 * @module
 */
import { binomialTail } from './binomial.ts';

/**
 * How often a batch may be full. A public constant, so that the size of a batch tells nothing but the size of the data set. At 0.005 the
 * noise for ε = 3 in 15 epochs of MNIST grows by 44 %, at 1e-6 by 0.1 %, and a batch has a fifth more rows.
 */
const MOST_OVERFLOW = 1e-6;

/** The smallest capacity of which `overflowOf` stays at or below 1e-6, for one record. */
export function capacityOf(rows: number, rate: number): number {
  let [tooSmall, enough] = [-1, rows];
  while (enough - tooSmall > 1) {
    const middle = Math.floor((tooSmall + enough) / 2);
    if (overflowOf(rows, rate, middle) <= MOST_OVERFLOW) enough = middle;
    else tooSmall = middle;
  }
  return enough;
}

/**
 * The probability that some of these records can displace others: that the sample of the other rows leaves no room for all of them. It
 * depends on public numbers alone. For a person whose records lie with several owners, add up the owners'.
 */
export function overflowOf(rows: number, rate: number, capacity: number, records = 1): number {
  const others = Math.max(0, rows - records);
  return binomialTail(others, rate, capacity - Math.min(records, rows) + 1);
}

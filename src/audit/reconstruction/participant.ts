/**
 * What a participant of federated learning finds out about the others: it sees the global model before and after a round and knows its own update,
 * so it knows the sum of the others' (Melis et al. 2019). That is a gradient of all their records, and is inverted as a server would one owner's.
 * Whose a record is, the sum does not say.
 * @module
 */
import { combination } from '../models/gradient.ts';
import type { Parameters } from '../models/network.ts';

export interface Observed {
  /** The model that a round began with, and the one that it ended with. */
  readonly before: Parameters;
  readonly after: Parameters;
  /** What the participant itself sent. */
  readonly own: Parameters;
  readonly owners: number;
  readonly rate: number;
}

/** The mean gradient over all records of the others. */
export function othersGradient({ before, after, own, owners, rate }: Observed): Parameters {
  const others = owners - 1;
  const all = owners / (rate * others);
  return combination([
    [all, before],
    [-all, after],
    [-1 / others, own],
  ]);
}

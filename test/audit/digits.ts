/** The optical digits of the examples: all rows of all three hospitals, pixels from 0 to 1. */
import { chosenRecords, joinedRecords } from '../../src/audit/models/chosen-records.ts';
import { Draws } from '../../src/audit/models/draws.ts';
import type { Records } from '../../src/data/records.ts';
import { sourceOf } from '../../src/data/source.ts';

const WANTED = {
  label: 'digit',
  classes: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  features: Array.from({ length: 64 }, (_, i) => ({ name: `pixel_${i}`, low: 0, high: 16 })),
  outOfRange: 'refuse',
} as const;

/** In random order. */
export async function digits(seed: string): Promise<Records> {
  const files = ['north', 'east', 'south'].flatMap((owner) =>
    ['train', 'test'].map((part) => sourceOf(`examples/digits/${owner}-${part}.csv`).read(WANTED)),
  );
  const all = (await Promise.all(files)).reduce(joinedRecords);
  const order = new Draws(seed, 'digits').order(all.rows);
  return chosenRecords({ ...all, features: all.features.map((pixel) => pixel / 16) }, order);
}

/** With this share of the labels drawn anew. */
export function relabelled(records: Records, share: number, seed: string): Records {
  const draws = new Draws(seed, 'labels');
  return { ...records, labels: records.labels.map((label) => (draws.uniform() < share ? draws.below(10) : label)) };
}

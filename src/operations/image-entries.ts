/**
 * The entries of each record's image along a walk; and back, what a walk brings to each entry, added up.
 * @module
 */
import { entriesOf, gatherReals, lengthOf, placesOf, scatterReals, type Walk } from '../image-walk.ts';
import { type LinearMapOp, linearMap } from './linear-map.ts';
import type { Value } from './value.ts';

export interface GatherEntriesOp extends LinearMapOp<'gatherEntries'> {
  readonly walk: Walk;
}

export interface ScatterEntriesOp extends LinearMapOp<'scatterEntries'> {
  readonly walk: Walk;
}

const recordsOf = ({ rows, cols }: Value, size: number) => (rows * cols) / size;
/** A place beyond the edges is the largest number. */
const asWords = (places: Int32Array) => Array.from(new Uint32Array(places.buffer));
const keptWords = ({ walk }: GatherEntriesOp | ScatterEntriesOp) => lengthOf(walk);

export const gatherEntries = linearMap<GatherEntriesOp>({
  keptWords,
  onWords({ of, walk }, { machine, values, u32s }) {
    const { kernels } = machine;
    const [size, length] = [entriesOf(walk), lengthOf(walk)];
    const [records, places] = [recordsOf(values[of], size), u32s(asWords(placesOf(walk)))];
    return (to, from) => kernels.gatherEntries(to, from, places, records, size, length);
  },
  onReals: ({ walk }, out, of) => gatherReals(out, of, placesOf(walk), entriesOf(walk)),
});

export const scatterEntries = linearMap<ScatterEntriesOp>({
  keptWords,
  onWords({ out, walk }, { machine, values, u32s }) {
    const { kernels } = machine;
    const [size, length] = [entriesOf(walk), lengthOf(walk)];
    const [records, places] = [recordsOf(values[out], size), u32s(asWords(placesOf(walk)))];
    return (to, from) => kernels.scatterEntries(to, from, places, records, size, length);
  },
  onReals: ({ walk }, out, of) => scatterReals(out, of, placesOf(walk), entriesOf(walk)),
});

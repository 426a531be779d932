/**
 * A store of key and value pairs that shows nothing of its keys (an oblivious key-value store: Garimella, Pinkas, Rosulek, Trieu and Yanai,
 * CRYPTO 2021): a random linear system over GF(2), in bins.
 *
 * A bin has 512 cells of 128 bits. A key picks a bin and half of its cells on average, and its value is their sum. The one who fills a store solves
 * this system for its keys and takes a solution at random. Where values are uniform, every cell of the store is then uniform and independent of the
 * keys, exactly. A key that is not in the store reads a uniform value.
 *
 * A bin has 256 keys on average. More than 448 have a probability below 2^-84 (Chernoff), and 448 random rows of 512 bits depend on each other with
 * one below 2^-64. So a store of 100,000 keys can not be filled with a probability below 2^-55, and one of ten million below 2^-48.
 * @module
 */
import { randomBytes } from 'node:crypto';
import { invariant } from '../errors.ts';
import { PrefixedHash } from './prefixed-hash.ts';

/** Bytes of a value. */
export const VALUE_BYTES = 16;
const VALUE_WORDS = VALUE_BYTES / 4;
const KEYS_OF_A_BIN = 256;
const CELLS = 512;
/** Bytes of a row of the system: a bit for each cell. */
const ROW_BYTES = CELLS / 8;
const ROW_WORDS = ROW_BYTES / 4;
const ENTRY_WORDS = ROW_WORDS + VALUE_WORDS;
/** Keys whose values are read between two places where other work may come in. */
const SLICE_KEYS = 256;

/** The row of a key, from its seed. */
const ROWS = new PrefixedHash('sha512');

const binsOf = (keys: number): number => Math.max(1, Math.ceil(keys / KEYS_OF_A_BIN));

/** Bytes of a store with so many keys. */
export const storeBytes = (keys: number): number => binsOf(keys) * CELLS * VALUE_BYTES;

/** Where the keys of one store belong, and the masks of their values. */
export interface Places {
  readonly keys: number;
  /** 64 bytes for each key, of which all further ones of it are made. */
  readonly seeds: Uint8Array;
}

/** Work that yields between pieces of some milliseconds, and its result. */
export type Work<T> = Generator<void, T, void>;

/** The places of keys of 32 bytes each, for one purpose: whoever does not know a key can not tell its place from any other. */
export function* placesOf(keys: Uint8Array, purpose: Uint8Array): Work<Places> {
  const count = keys.length / 32;
  const hash = new PrefixedHash('sha512', purpose);
  const seeds = new Uint8Array(64 * count);
  for (let i = 0; i < count; i++) {
    seeds.set(hash.of(keys.subarray(32 * i, 32 * (i + 1))), 64 * i);
    if (i % SLICE_KEYS === 0) yield;
  }
  return { keys: count, seeds };
}

/** A store in which each key has its value of 16 bytes, under the mask of that key. */
export function* fill(places: Places, values: Uint8Array): Work<Uint8Array> {
  const bins = binsOf(places.keys);
  const cells = new Uint32Array(new Uint8Array(randomBytes(storeBytes(places.keys))).buffer);
  for (const [bin, members] of byBin(places, bins).entries()) {
    const of = cells.subarray(bin * CELLS * VALUE_WORDS, (bin + 1) * CELLS * VALUE_WORDS);
    invariant(
      solve(members, places, values, of),
      'the keys of a bin are independent: start again, this happens once in 2^48 runs',
    );
    yield;
  }
  return new Uint8Array(cells.buffer);
}

/** The values that keys read in a store of `stored` keys, without their masks. */
export function* read(store: Uint8Array, stored: number, places: Places): Work<Uint8Array> {
  const bins = binsOf(stored);
  const cells = new Uint32Array(store.buffer, store.byteOffset, store.length / 4);
  const values = new Uint8Array(VALUE_BYTES * places.keys);
  const words = new Uint32Array(values.buffer);
  for (let i = 0; i < places.keys; i++) {
    const at = binOf(places, i, bins) * CELLS * VALUE_WORDS;
    const row = rowOf(places, i);
    const value = words.subarray(VALUE_WORDS * i, VALUE_WORDS * (i + 1));
    for (let w = 0; w < ROW_WORDS; w++) {
      for (let bits = row[w]; bits !== 0; bits &= bits - 1) {
        addWords(value, 0, cells, at + VALUE_WORDS * (32 * w + lowest(bits)), VALUE_WORDS);
      }
    }
    addMask(values, places, i);
    if (i % SLICE_KEYS === 0) yield;
  }
  return values;
}

function byBin(places: Places, bins: number): number[][] {
  const members = Array.from({ length: bins }, (): number[] => []);
  for (let i = 0; i < places.keys; i++) members[binOf(places, i, bins)].push(i);
  return members;
}

/** The first 16 bytes of a seed are the mask, the next four the bin. */
function binOf({ seeds }: Places, i: number, bins: number): number {
  return new DataView(seeds.buffer, seeds.byteOffset + 64 * i + VALUE_BYTES).getUint32(0, true) % bins;
}

function addMask(values: Uint8Array, { seeds }: Places, i: number): void {
  for (let b = 0; b < VALUE_BYTES; b++) values[VALUE_BYTES * i + b] ^= seeds[64 * i + b];
}

function rowOf({ seeds }: Places, i: number): Uint32Array {
  const digest = ROWS.of(seeds.subarray(64 * i, 64 * (i + 1)));
  return new Uint32Array(new Uint8Array(digest).buffer);
}

/** Fills the cells of a bin, which hold random bits, so that every member reads its masked value. False: rows depend on each other. */
function solve(members: readonly number[], places: Places, values: Uint8Array, cells: Uint32Array): boolean {
  /** For each cell the row that has its lowest bit there, with its value behind it. */
  const pivots: (Uint32Array | undefined)[] = new Array(CELLS).fill(undefined);
  for (const i of members) {
    const entry = new Uint32Array(ENTRY_WORDS);
    entry.set(rowOf(places, i));
    const value = values.slice(VALUE_BYTES * i, VALUE_BYTES * (i + 1));
    addMask(value, { keys: 1, seeds: places.seeds.subarray(64 * i, 64 * (i + 1)) }, 0);
    entry.set(new Uint32Array(value.buffer), ROW_WORDS);
    if (!reduce(entry, pivots)) return false;
  }
  for (let cell = CELLS - 1; cell >= 0; cell--) {
    const entry = pivots[cell];
    if (entry !== undefined) substitute(entry, cell, cells);
  }
  return true;
}

/** Subtracts known rows until the lowest bit is one that no known row has, and keeps the rest there. False: nothing remains. */
function reduce(entry: Uint32Array, pivots: (Uint32Array | undefined)[]): boolean {
  for (let w = 0; w < ROW_WORDS; w++) {
    while (entry[w] !== 0) {
      const cell = 32 * w + lowest(entry[w]);
      const known = pivots[cell];
      if (known === undefined) {
        pivots[cell] = entry;
        return true;
      }
      addWords(entry, w, known, w, ENTRY_WORDS - w);
    }
  }
  return false;
}

/** Gives the cell of a row's lowest bit what the row lacks, all higher cells being known. */
function substitute(entry: Uint32Array, cell: number, cells: Uint32Array): void {
  const at = VALUE_WORDS * cell;
  for (let v = 0; v < VALUE_WORDS; v++) cells[at + v] = entry[ROW_WORDS + v];
  for (let w = cell >> 5; w < ROW_WORDS; w++) {
    let bits = w === cell >> 5 ? entry[w] & (entry[w] - 1) : entry[w];
    for (; bits !== 0; bits &= bits - 1) {
      addWords(cells, at, cells, VALUE_WORDS * (32 * w + lowest(bits)), VALUE_WORDS);
    }
  }
}

const lowest = (bits: number): number => 31 - Math.clz32(bits & -bits);

function addWords(to: Uint32Array, at: number, from: Uint32Array, fromAt: number, words: number): void {
  for (let i = 0; i < words; i++) to[at + i] ^= from[fromAt + i];
}

/**
 * Private noise: samples of discrete Gaussians, added to ring elements where they lie. Exact but for ChaCha20 in the place of true randomness.
 *
 * Where its random words come from is fixed by a seed that only this party has, apart from all keys of a session.
 * @module
 */
import { randomBytes } from 'node:crypto';
import { invariant } from '../../errors.ts';
import { StreamFamily } from '../../prg/session-keys.ts';
import type { ByteStream, Streams } from '../../prg/stream.ts';
import type { RingMemory } from '../../ring/ring-memory.ts';
import { GaussianTable } from './gaussian-table.ts';
import { ATTEMPT_BYTES, ATTEMPTS, PROGRESS_BYTES } from './noise-room.ts';

/** The streams of a party's noise. A seed is used for one run, and given for tests and the twin alone. */
export function noiseStreams(seed: Uint8Array = randomBytes(32)): Streams {
  return new StreamFamily(seed, new TextEncoder().encode('trefoil noise'));
}

interface PlacedTable {
  readonly table: GaussianTable;
  readonly address: number;
}

export class NoiseSource {
  readonly #memory: RingMemory;
  readonly #random: number;
  readonly #progress: number;
  readonly #tables: ReadonlyMap<number, PlacedTable>;
  readonly #samples: ByteStream;
  readonly #decisions: ByteStream;
  #expanded = 0;
  #decided = 0;
  #used = ATTEMPTS;

  /** Allocates all that it needs; `deviations` are whole numbers from 1 to 2^50, in ring units. */
  constructor(memory: RingMemory, streams: Streams, deviations: Iterable<number>) {
    this.#memory = memory;
    this.#random = memory.allocate(ATTEMPTS * ATTEMPT_BYTES);
    this.#progress = memory.allocate(PROGRESS_BYTES);
    this.#tables = new Map([...new Set(deviations)].map((deviation) => [deviation, place(memory, deviation)]));
    this.#samples = streams.stream('samples');
    this.#decisions = streams.stream('decisions');
  }

  /** Adds a sample of N_Z(0, deviation²) to each of `count` elements from an address on, modulo 2^64. */
  add(to: number, count: number, deviation: number): void {
    const placed = this.#tables.get(deviation);
    invariant(placed !== undefined, 'noise has a deviation that there is a table for');
    const { table, address } = placed;
    const perSquare = 1 / (2 * deviation * deviation);
    for (let done = 0; done < count; ) {
      if (this.#used === ATTEMPTS) this.#expand();
      this.#memory.kernels.addGaussian(
        to + 8 * done,
        count - done,
        this.#random + ATTEMPT_BYTES * this.#used,
        ATTEMPTS - this.#used,
        address,
        table.bins,
        table.shift,
        perSquare,
        this.#progress,
      );
      const [added, used] = this.#memory.u32(this.#progress, 2);
      done += added;
      this.#used += used;
      if (done < count && this.#used < ATTEMPTS && this.#decide(table, to + 8 * done)) done++;
    }
  }

  #expand(): void {
    const bytes = ATTEMPTS * ATTEMPT_BYTES;
    this.#samples.fill(this.#memory, this.#random, this.#expanded, bytes);
    this.#expanded += bytes;
    this.#used = 0;
  }

  /** The attempt that the kernel stopped at; whether it gave a sample. */
  #decide(table: GaussianTable, to: number): boolean {
    const [point, word] = this.#memory.u64(this.#random + ATTEMPT_BYTES * this.#used, 2);
    this.#used++;
    const sample = table.attempt(point, word, () => this.#decision());
    if (sample === undefined) return false;
    const element = this.#memory.u64(to, 1);
    element[0] += sample;
    return true;
  }

  #decision(): bigint {
    const bytes = this.#decisions.read(this.#decided, 8);
    this.#decided += bytes.length;
    return Buffer.from(bytes).readBigUInt64LE();
  }
}

function place(memory: RingMemory, deviation: number): PlacedTable {
  const table = new GaussianTable(deviation);
  const bytes = table.bytes();
  const address = memory.allocate(bytes.length);
  memory.u8(address, bytes.length).set(bytes);
  return { table, address };
}

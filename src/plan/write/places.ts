/**
 * Where the tensors of a phase lie in the one place that all phases take turns in: those that are never needed at the same time may share it.
 *
 * A room is needed from one moment of a repetition to another, both of them counted. The largest are placed first, each as low as the others let it.
 * @module
 */
import { invariant } from '../../errors.ts';

export interface Room {
  readonly bytes: number;
  readonly from: number;
  readonly until: number;
}

/** Tensors begin at multiples of this, and kernels may read up to the next one. */
const ALIGNMENT = 64;
const align = (bytes: number) => ALIGNMENT * Math.ceil(bytes / ALIGNMENT);

export class Places {
  /** Of all rooms together. */
  readonly bytes: number;
  readonly #at: ReadonlyMap<Room, number>;

  constructor(rooms: readonly Room[]) {
    const at = new Map<Room, number>();
    /** By first byte. */
    const placed: { readonly at: number; readonly end: number; readonly room: Room }[] = [];
    let bytes = 0;
    for (const room of rooms.toSorted((a, b) => b.bytes - a.bytes)) {
      const size = align(room.bytes);
      let start = 0;
      for (const other of placed) {
        if (other.room.until < room.from || room.until < other.room.from) continue;
        if (start + size <= other.at) break;
        start = Math.max(start, other.end);
      }
      at.set(room, start);
      bytes = Math.max(bytes, start + size);
      const next = placed.findIndex((other) => other.at > start);
      placed.splice(next < 0 ? placed.length : next, 0, { at: start, end: start + size, room });
    }
    this.bytes = bytes;
    this.#at = at;
  }

  /** The first byte of a room. */
  at(room: Room | undefined): number {
    const at = room === undefined ? undefined : this.#at.get(room);
    invariant(at !== undefined, 'what an operation writes has room');
    return at;
  }
}

/**
 * Deliberately broken randomness, to test the tests: the streams that two nodes share, altered alike at both ends.
 * @module
 */
import type { ByteStream, Streams } from '../../../src/prg/stream.ts';

/** Changes the bytes that are read from a position of a stream. */
export type Mutation = (source: ByteStream, position: number, length: number) => Uint8Array;

export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  'no masks': (_, __, length) => new Uint8Array(length),
  'masks whose top byte is zero': (source, position, length) =>
    source.read(position, length).map((byte, i) => (i % 8 === 7 ? 0 : byte)),
  'the same masks wherever a stream is read': (source, _, length) => source.read(0, length),
};

export function mutated(streams: Streams, mutation: Mutation): Streams {
  return {
    stream: (label) => {
      const source = streams.stream(label);
      const read = (position: number, length: number) => mutation(source, position, length);
      return {
        read,
        fill: (memory, address, position, length) => memory.u8(address, length).set(read(position, length)),
      };
    },
  };
}

/** Streams are ChaCha20, and the same however and wherever they are read. */
import { createCipheriv } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Stream, streamStride } from '../../src/prg/stream.ts';
import { RingMemory } from '../../src/ring/ring-memory.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const KEY = Uint8Array.from({ length: 32 }, (_, i) => 7 * i);
const memory = RingMemory.create(0);
const ROOM_BYTES = 256 << 10;
const ROOM = memory.allocate(ROOM_BYTES);

const isUntouched = (bytes: Uint8Array) => bytes.findIndex((byte) => byte !== 0xa5) < 0;

/** What lands in linear memory; the bytes around it stay as they were. */
function filled(stream: Stream, position: number, length: number): string {
  const around = memory.u8(ROOM, ROOM_BYTES).fill(0xa5);
  stream.fill(memory, ROOM + 64, position, length);
  expect(isUntouched(around.subarray(0, 64))).toBe(true);
  expect(isUntouched(around.subarray(64 + length))).toBe(true);
  return hex(around.subarray(64, 64 + length));
}

// Key, nonce and counter of zero: test vector 1 of RFC 8439, appendix A.1; test vector 2 is its next block.
it.each(['read', 'filled'])('gives the vectors of RFC 8439, %s', (how) => {
  const stream = new Stream(new Uint8Array(32));
  const bytes = (position: number) => (how === 'read' ? hex(stream.read(position, 64)) : filled(stream, position, 64));
  expect(bytes(0)).toBe(
    '76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7' +
      'da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586',
  );
  expect(bytes(64)).toBe(
    '9f07e7be5551387a98ba977c732d080dcb0f29a048e3656912c6533e32ee7aed' +
      '29b721769ce64e43d57133b074d839d531ed1f28510afb45ace10a1f4b794d6f',
  );
});

it('is the same in any split and from any position on', () => {
  const whole = new Stream(KEY).read(0, 6144);
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 12 }),
      fc.integer({ min: 0, max: 5000 }),
      (lengths, position) => {
        const stream = new Stream(KEY);
        let at = 0;
        for (const length of lengths) {
          expect(hex(stream.read(at, length))).toBe(hex(whole.subarray(at, at + length)));
          at += length;
        }
        expect(hex(stream.read(position, 50))).toBe(hex(whole.subarray(position, position + 50)));
        expect(hex(stream.read(0, 33))).toBe(hex(whole.subarray(0, 33)));
      },
    ),
  );
});

it('fills linear memory with the very bytes that it reads, beyond 2^32 blocks too', () => {
  const stream = new Stream(KEY);
  const block = fc.oneof(fc.nat(100), fc.integer({ min: 2 ** 32 - 6, max: 2 ** 32 + 6 }), fc.nat(2 ** 45));
  fc.assert(
    fc.property(block, fc.nat(3000), (block, length) => {
      expect(filled(stream, 64 * block, length)).toBe(hex(stream.read(64 * block, length)));
    }),
  );
  expect(() => stream.fill(memory, ROOM, 32, 8)).toThrow('block boundaries');
});

it.each([16383, 16384, 65536, 65537, 200_000])('fills %i bytes with the same, from kernel or platform', (length) => {
  const stream = new Stream(KEY);
  for (const position of [0, 64, 64 * 2 ** 33]) {
    const inSmallPieces = Array.from({ length: Math.ceil(length / 1000) }, (_, i) =>
      hex(stream.read(position + 1000 * i, Math.min(1000, length - 1000 * i))),
    );
    expect(filled(stream, position, length)).toBe(inSmallPieces.join(''));
  }
});

it('counts blocks in 64 bits', () => {
  const counter = Buffer.alloc(16);
  counter.writeBigUInt64LE(2n ** 33n);
  const expected = createCipheriv('chacha20', KEY, counter).update(Buffer.alloc(64));
  expect(filled(new Stream(KEY), 64 * 2 ** 33, 64)).toBe(hex(expected));
});

it('keeps items apart that begin a stride after each other', () => {
  for (const bytes of [0, 1, 63, 64, 65, 6272]) {
    expect(streamStride(bytes) % 64).toBe(0);
    expect(streamStride(bytes) - bytes).toBeGreaterThanOrEqual(0);
    expect(streamStride(bytes) - bytes).toBeLessThan(64);
  }
});

it('takes keys of 32 bytes', () => {
  expect(() => new Stream(new Uint8Array(16))).toThrow('32 bytes');
});

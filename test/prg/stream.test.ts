/** Streams are AES-128 in counter mode, and the same however they are read. */
import { createCipheriv } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Stream } from '../../src/prg/stream.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

// The all-zero block under the all-zero key is H of test case 1 of the GCM specification (McGrew and Viega, 2005); the blocks after it
// are compared with ECB mode, which has no counter.
it('is the cipher of the block numbers', () => {
  expect(hex(new Stream(new Uint8Array(16)).read(0, 16))).toBe('66e94bd4ef8a2c3b884cfa59ca342b2e');
  const key = Uint8Array.from({ length: 16 }, (_, i) => 17 * i);
  const ecb = createCipheriv('aes-128-ecb', key, null);
  const blocks = Array.from({ length: 40 }, (_, i) => {
    const block = Buffer.alloc(16);
    block.writeUInt32BE(i, 12);
    return ecb.update(block);
  });
  expect(hex(new Stream(key).read(0, 640))).toBe(hex(Buffer.concat(blocks)));
});

// The first output block of NIST SP 800-38A, F.5.1. A stream always starts at zero, so its initial counter goes through ECB.
it('uses the AES of SP 800-38A', () => {
  const key = Buffer.from('2b7e151628aed2a6abf7158809cf4f3c', 'hex');
  const ecb = createCipheriv('aes-128-ecb', key, null);
  expect(hex(ecb.update(Buffer.from('f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff', 'hex')))).toBe(
    'ec8cdf7398607cb0f2d21675ea9ea1e4',
  );
  const zero = createCipheriv('aes-128-ecb', key, null).update(Buffer.alloc(16));
  expect(hex(new Stream(key).read(0, 16))).toBe(hex(zero));
});

it('is the same in any split and from any block on', () => {
  const key = Uint8Array.from({ length: 16 }, (_, i) => i);
  const whole = new Stream(key).read(0, 4096);
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 12 }),
      fc.integer({ min: 0, max: 100 }),
      (lengths, block) => {
        const stream = new Stream(key);
        let at = 0;
        for (const length of lengths) {
          expect(hex(stream.read(at, length))).toBe(hex(whole.subarray(at, at + length)));
          at += length;
        }
        expect(hex(stream.read(16 * block, 50))).toBe(hex(whole.subarray(16 * block, 16 * block + 50)));
        expect(hex(stream.read(0, 33))).toBe(hex(whole.subarray(0, 33)));
      },
    ),
  );
});

it('gives many parts at once as one after the other, beyond 2^32 blocks too', () => {
  const stream = new Stream(Uint8Array.from({ length: 16 }, (_, i) => i));
  const block = fc.oneof(fc.nat(100), fc.integer({ min: 2 ** 32 - 3, max: 2 ** 32 + 3 }), fc.nat(2 ** 45));
  fc.assert(
    fc.property(fc.array(block, { maxLength: 9 }), fc.nat(5), (blocks, length) => {
      const positions = blocks.map((each) => 16 * each);
      const parts = positions.map((position) => Buffer.from(stream.read(position, 16 * length)));
      expect(hex(stream.readEach(positions, 16 * length))).toBe(hex(Buffer.concat(parts)));
    }),
  );
  expect(() => stream.readEach([8], 16)).toThrow('block boundaries');
  expect(() => stream.readEach([0], 8)).toThrow('block boundaries');
});

it('counts beyond 2^32 blocks', () => {
  const key = new Uint8Array(16);
  const counter = Buffer.alloc(16);
  counter.writeBigUInt64BE(2n ** 33n, 8);
  const expected = createCipheriv('aes-128-ecb', key, null).update(counter);
  expect(hex(new Stream(key).read(16 * 2 ** 33, 16))).toBe(hex(expected));
});

it('starts nowhere but at a block', () => {
  expect(() => new Stream(new Uint8Array(16)).read(8, 8)).toThrow('block boundaries');
  expect(() => new Stream(new Uint8Array(32))).toThrow('16 bytes');
});

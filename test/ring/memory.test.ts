import { describe, expect, it } from 'vitest';
import { RingMemory } from '../../src/ring/ring-memory.ts';
import { atOnce } from '../../src/slices.ts';

describe('RingMemory', () => {
  it('hands out zeroed regions, aligned to 64 bytes, that do not overlap', () => {
    const memory = RingMemory.create(0);
    let end = 0;
    for (const bytes of [1, 8, 64, 65, 0, 1000]) {
      const address = memory.allocate(bytes);
      expect(address % 64).toBe(0);
      expect(address).toBeGreaterThanOrEqual(end);
      expect(memory.u8(address, bytes).every((byte) => byte === 0)).toBe(true);
      memory.u8(address, bytes).fill(255);
      end = address + bytes;
    }
  });

  it('takes regions back, and hands them out cleared', () => {
    const memory = RingMemory.create(0);
    const kept = memory.allocate(8);
    memory.u64(kept, 1)[0] = 7n;
    const { end } = memory;
    const first = memory.allocate(1000);
    memory.u8(first, 1000).fill(255);
    atOnce(memory.release(end));
    const again = memory.allocate(2000);
    expect(again).toBe(first);
    expect(memory.u8(again, 2000).every((byte) => byte === 0)).toBe(true);
    expect(memory.u64(kept, 1)[0]).toBe(7n);
  });

  it('keeps what it holds when it grows, and views before growth are empty', () => {
    const memory = RingMemory.create(64);
    const address = memory.allocate(64);
    const before = memory.u64(address, 8);
    before.fill(42n);
    const large = memory.allocate(10_000_000);
    expect(before.length).toBe(0);
    expect([...memory.u64(address, 8)]).toEqual(new Array(8).fill(42n));
    expect(memory.u64(large, 1_250_000).at(-1)).toBe(0n);
  });

  it('does not grow for what it was created with', () => {
    const memory = RingMemory.create(1_000_000);
    const first = memory.u64(memory.allocate(500_000), 1);
    memory.allocate(490_000);
    expect(first.length).toBe(1);
  });

  it('keeps memories apart', () => {
    const [one, other] = [RingMemory.create(64), RingMemory.create(64)];
    const [address, twin] = [one.allocate(8), other.allocate(8)];
    one.kernels.addScalar(address, address, 5n, 1);
    expect([one.u64(address, 1)[0], other.u64(twin, 1)[0]]).toEqual([5n, 0n]);
  });

  it('works above 2 GiB', () => {
    const memory = RingMemory.create(0);
    memory.allocate(2 ** 31);
    const address = memory.allocate(24);
    expect(address).toBeGreaterThan(2 ** 31);
    memory.u64(address, 3).set([1n, 2n, 3n]);
    memory.kernels.scale(address, address, 7n, 3);
    expect([...memory.u64(address, 3)]).toEqual([7n, 14n, 21n]);
  });

  it('refuses more than 4 GiB, and says so', () => {
    const refusal = expect.objectContaining({
      code: 'TREFOIL_PLAN',
      message: expect.stringContaining('4096 MiB'),
    });
    expect(() => RingMemory.create(2 ** 32 + 1)).toThrow(refusal);
    expect(() => RingMemory.create(0).allocate(2 ** 32)).toThrow(refusal);
  });
});

/**
 * A sign that leaves out low bits and a truncation with an offset of so many bits agree for every value and every mask: wherever the sign says
 * "not negative", the truncation is right. The real kernels, with values and masks chosen where a carry decides.
 */
import { expect, it } from 'vitest';
import { laneBitsFor } from '../../src/protocol/consumption.ts';
import { dealMaskDigits, LessThan, lessThanTemporary } from '../../src/protocol/less-than.ts';
import { bitShares, dealtTensor, type Machine, publicTensor, shareTensor } from '../../src/protocol/tensors.ts';
import { dealTruncate, truncateToShares } from '../../src/protocol/truncate.ts';
import { planeWords } from '../../src/ring/bit-kernels.ts';
import { RingMemory } from '../../src/ring/ring-memory.ts';

const ENDS = [0n, 2n ** 61n, 2n ** 62n, 2n ** 63n, 3n * 2n ** 62n];

it.each([1, 2, 13, 32])('with %i bits left out', (cut) => {
  const unit = 2n ** BigInt(cut);
  const around = [0n, 1n, unit / 2n, unit - 1n, unit, unit + 1n].flatMap((x) => [x, -x]);
  const edges = [...new Set(ENDS.flatMap((end) => around.map((x) => BigInt.asUintN(64, end + x))))];
  const pairs = edges.flatMap((z) => edges.map((r) => [z, r] as const));
  const n = pairs.length;
  const memory = RingMemory.create(0);
  const { kernels } = memory;
  const words = (count: number) => memory.allocate(8 * count + 64);
  const scratch = words(512);
  const machine: Machine = {
    kernels,
    multiply: (product) => memory.multiply(product, scratch),
    evaluators: 1,
    index: 0,
    first: true,
    scratch,
    operands: [0, 0],
  };
  const window = { low: cut, high: 63 };
  const [mask, value] = [dealtTensor(words(n)), publicTensor(words(n))];
  memory.u64(mask.at, n).set(pairs.map(([, r]) => r));
  memory.u64(value.at, n).set(pairs.map(([z, r]) => BigInt.asUintN(64, z + r)));

  const [u, b, truncated] = [dealtTensor(words(n)), dealtTensor(words(n)), shareTensor(words(n))];
  dealTruncate(machine, mask, u, b, cut, n);
  expect(laneBitsFor(cut)).toBeLessThanOrEqual(32);
  truncateToShares(machine, value, shareTensor(u.at), shareTensor(b.at), truncated, cut, n, cut);

  // One evaluator holds all that is dealt; it opens under masks of 0, whose products are 0.
  const planes = planeWords(n);
  const [digits, none, opened] = [dealtTensor(words(300 * planes)), words(100 * planes), words(100 * planes)];
  kernels.fill0(none, 8 * 100 * planes);
  dealMaskDigits(machine, mask, window, digits, n, words(64 * planes));
  const lessThan = new LessThan(machine, n, window, words(lessThanTemporary(n, window)));
  const sign = bitShares(words(planes));
  lessThan.start(value, 0n, bitShares(digits.at));
  for (const level of [0, 1]) {
    lessThan.open(level, bitShares(none), opened);
    lessThan.fold(level, opened, bitShares(none), bitShares(none));
  }
  lessThan.finish(bitShares(digits.at), sign);

  const [signs, results] = [memory.u64(sign.at, planes), memory.u64(truncated.at, n)];
  for (const [i, [z, r]] of pairs.entries()) {
    const isNegative = ((signs[i >> 6] >> BigInt(i & 63)) & 1n) === 1n;
    const signed = BigInt.asIntN(64, z);
    if (isNegative) expect(signed < 0n || signed >= 2n ** 63n - unit, `${z} under ${r}`).toBe(true);
    else {
      const units = BigInt.asIntN(64, results[i]) - (signed >> BigInt(cut));
      expect(signed >= -unit && (units === 0n || units === 1n), `${z} under ${r}`).toBe(true);
    }
  }
});

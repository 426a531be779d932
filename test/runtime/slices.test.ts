/** Long work comes in slices that other work fits between, and gives what it gives in one piece. */

import { expect, it } from 'vitest';
import { perceptron } from '../../src/graph/mlp.ts';
import { trainingPlan } from '../../src/plan/training/training-plan.ts';
import { permutation, permute } from '../../src/prg/permutation.ts';
import { publicStreams } from '../../src/prg/session-keys.ts';
import { fillFrom, readInto } from '../../src/prg/stream.ts';
import { RingMemory } from '../../src/ring/ring-memory.ts';
import { drawInitial, initialValues } from '../../src/runtime/initial.ts';
import { atOnce, Pace, type Slices } from '../../src/slices.ts';
import { taskOf } from './task.ts';

const streams = publicStreams(new Uint8Array(32).fill(7));

function slicesOf(work: Slices): number {
  let slices = 0;
  for (const _ of work) slices++;
  return slices;
}

const bytesOf = ({ buffer }: Uint32Array | Float64Array) => Buffer.from(buffer);

it('a permutation of a million rows', () => {
  const order = new Uint32Array(2 ** 20);
  expect(slicesOf(permute(order, streams.stream('rows'), 3))).toBeGreaterThanOrEqual(3);
  expect(bytesOf(order).equals(bytesOf(permutation(streams.stream('rows'), 3, 2 ** 20)))).toBe(true);
});

it('initial weights', () => {
  const plan = trainingPlan(
    taskOf({
      architecture: perceptron({ inputs: 1024, hidden: [1024], activation: 'relu', output: 'softmax', outputs: 3 }),
      learningRate: { schedule: 'constant', initial: 0.01 },
    }),
  );
  const state = plan.state.find(({ value }) => plan.values[value].name === 'weights 1');
  if (state === undefined) throw new Error('the first layer has weights');
  const drawn = new Float64Array(2 ** 20);
  const take = (numbers: Float64Array, first: number) => drawn.set(numbers, first);
  expect(slicesOf(drawInitial(plan, state, streams, take))).toBeGreaterThanOrEqual(4);
  expect(bytesOf(drawn).equals(bytesOf(initialValues(plan, state, streams)))).toBe(true);
});

it('expanded bytes, and memory that is asked for and taken back', () => {
  const memory = RingMemory.create(0);
  const { end } = memory;
  const bytes = 2 ** 24 + 100;
  const [filled, read] = [memory.allocate(bytes), memory.allocate(bytes)];
  expect(slicesOf(memory.settle())).toBeGreaterThanOrEqual(2);
  expect(slicesOf(fillFrom(streams.stream('masks'), memory, filled, 640, bytes))).toBeGreaterThanOrEqual(4);
  expect(slicesOf(readInto(streams.stream('masks'), memory, read, 640, bytes))).toBeGreaterThanOrEqual(4);
  const expected = Buffer.from(streams.stream('masks').read(640, bytes));
  expect(expected.equals(memory.u8(filled, bytes))).toBe(true);
  expect(expected.equals(memory.u8(read, bytes))).toBe(true);
  atOnce(memory.settle());
  expect(expected.equals(memory.u8(read, bytes))).toBe(true);
  memory.allocate(2 ** 27);
  expect(slicesOf(memory.release(end))).toBeGreaterThanOrEqual(2);
  expect(memory.end).toBe(end);
  expect(memory.u8(filled, bytes).every((byte) => byte === 0)).toBe(true);
});

it.each([1, 2])('products, on threads: %i', async (threads) => {
  const memory = RingMemory.create(0, threads);
  const [m, k, n] = [513, 1025, 514];
  const [a, b, out, alone] = [m * k, k * n, m * n, m * n].map((words) => memory.allocate(8 * words));
  const scratch = memory.allocate(memory.kernels.matmulScratchBytes(m, k, n));
  atOnce(fillFrom(streams.stream('operands'), memory, a, 0, 8 * m * k));
  atOnce(fillFrom(streams.stream('operands'), memory, b, 2 ** 30, 8 * k * n));
  for (const form of ['matmul', 'matmulTN', 'matmulNT'] as const) {
    const mode = form === 'matmul' ? 0 : 1;
    memory.kernels[form](alone, a, b, m, k, n, mode, scratch);
    // Where several threads share the parts, the caller may get few of them.
    const slices = slicesOf(memory.multiply({ form, out, a, b, m, k, n, mode }, scratch));
    if (threads === 1) expect(slices).toBeGreaterThanOrEqual(8);
    expect(Buffer.from(memory.u8(out, 8 * m * n)).equals(memory.u8(alone, 8 * m * n))).toBe(true);
  }
  await memory.close();
});

it('a node that works through slices gives way between them', async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  const busy = function* (): Slices {
    for (let slice = 0; slice < 6; slice++) {
      const end = performance.now() + 120;
      while (performance.now() < end);
      yield;
    }
  };
  await new Pace().through(busy());
  clearInterval(timer);
  expect(turns).toBeGreaterThanOrEqual(2);
});

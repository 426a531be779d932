/** Noise that all parties add together, each its own part, and values below each other. */
import { describe, expect, it } from 'vitest';
import { scalar } from '../../src/graph/graph.ts';
import type { ValueId } from '../../src/plan/plan.ts';
import { exactly } from '../../src/plan/write/linear-builder.ts';
import type { PhaseBuilder } from '../../src/plan/write/phase-builder.ts';
import { NoiseSource, noiseStreams } from '../../src/privacy/noise/discrete-gaussian.ts';
import { jointNoise } from '../../src/privacy/noise/noise-scale.ts';
import { RingMemory } from '../../src/ring/ring-memory.ts';
import { column, PARTIES, Program, record, run, TRUST } from '../protocol/harness.ts';

const COUNT = 20_000;
const SENSITIVITY = 500;
const MULTIPLIER = 2;
const VALUES = Array.from({ length: COUNT }, (_, i) => (BigInt(i) * 0x9e3779b97f4an) % 2n ** 40n);

/** What a noise source of this seed adds, call by call. */
function replayed(seed: Uint8Array, deviation: number, calls: number): bigint[][] {
  const memory = RingMemory.create(0);
  const source = new NoiseSource(memory, noiseStreams(seed), [deviation]);
  const at = memory.allocate(8 * COUNT);
  return Array.from({ length: calls }, () => {
    memory.kernels.fill0(at, 8 * COUNT);
    source.add(at, COUNT, deviation);
    return Array.from(memory.u64(at, COUNT), (word) => BigInt.asIntN(64, word));
  });
}

describe.each(TRUST)('in %s', (trust) => {
  const { deviation } = jointNoise({ trust, sensitivity: SENSITIVITY, noiseMultiplier: MULTIPLIER });
  /** Noise on a masked value, on shares whose product is corrected, and on shares whose opening takes up what they lack. */
  const noisy = (phase: PhaseBuilder, program: Program): Record<string, ValueId> => {
    const x = program.integers(phase, 'east', VALUES);
    const one = program.integers(
      phase,
      'south',
      VALUES.map(() => 1n),
    );
    const product = () => phase.product('elementwise', x, one);
    const multiplied = phase.open(
      phase.noise(product(), scalar(SENSITIVITY / Number(program.productUnit)), MULTIPLIER),
    );
    return {
      masked: phase.noise(x, scalar(SENSITIVITY), MULTIPLIER),
      uncorrected: phase.noise(product(), scalar(SENSITIVITY / Number(program.productUnit)), MULTIPLIER),
      corrected: phase.product('elementwise', multiplied, one),
    };
  };

  it('adds what each party draws, whatever the value is made of', async () => {
    const seed = new Uint8Array(32).fill(7);
    const program = new Program(trust);
    program.builder.phase('test', (phase) => {
      for (const [name, value] of Object.entries(noisy(phase, program))) program.reveal(phase, value, name);
    });
    const plan = program.plan();
    const noises = plan.phases[0].ops.filter(({ op }) => op.op === 'noise').length;
    const { simulation } = await record(plan, program.inputsOf, { noiseSeed: seed });
    const drawn = replayed(seed, deviation, noises);
    const parties = BigInt(PARTIES.length);
    const unit = program.productUnit;
    // Every node draws the noises in the order of the plan: corrected is opened first, masked and lacking by being revealed.
    const [first, second, third] = drawn;
    const expected = {
      corrected: VALUES.map((x, i) => unit * (unit * x + parties * first[i])),
      masked: VALUES.map((x, i) => x + parties * second[i]),
      uncorrected: VALUES.map((x, i) => unit * x + parties * third[i]),
    };
    for (const [name, values] of Object.entries(expected)) {
      expect(program.integersOf(simulation, name, 'north'), name).toEqual(values);
    }
  });

  it('has the variance of all parties together, and no message holds the noise', async () => {
    const program = new Program(trust);
    program.builder.phase('test', (phase) => {
      program.reveal(
        phase,
        phase.noise(program.integers(phase, 'east', VALUES), scalar(SENSITIVITY), MULTIPLIER),
        'noisy',
      );
    });
    const { simulation, messages } = await record(program.plan(), program.inputsOf);
    const noise = program.integersOf(simulation, 'noisy', 'south').map((value, i) => Number(value - VALUES[i]));
    const mean = noise.reduce((sum, x) => sum + x, 0) / COUNT;
    const variance = noise.reduce((sum, x) => sum + x ** 2, 0) / COUNT;
    const expected = PARTIES.length * deviation ** 2;
    // Six deviations of each estimate: false alarm below 4e-9.
    expect(Math.abs(mean)).toBeLessThan(6 * Math.sqrt(expected / COUNT));
    expect(Math.abs(variance / expected - 1)).toBeLessThan(6 * Math.sqrt(2 / COUNT));
    // Small numbers, which masked words of 64 bits hardly ever are.
    const small = new Set(noise.map((x) => BigInt.asUintN(64, BigInt(x))).filter((x) => x !== 0n));
    const words = messages.flatMap(({ kind, payload }) =>
      kind === 'opening' || kind === 'input' || kind === 'output'
        ? [...new BigUint64Array(payload.slice().buffer, 0, payload.length >> 3)]
        : [],
    );
    expect(words.length).toBeGreaterThan(COUNT);
    expect(words.filter((word) => small.has(word))).toEqual([]);
  });

  it('stacks masked values and computes with them', async () => {
    const [top, bottom] = [VALUES.slice(0, 3), VALUES.slice(3, 8)];
    const revealed = await run(trust, (phase, program) => {
      const stacked = phase.stack([program.integers(phase, 'north', top), program.integers(phase, 'south', bottom)]);
      const weights = program.integers(phase, 'east', [1n, -2n, 3n, -4n, 5n, -6n, 7n, -8n], column(8));
      return {
        stacked,
        negated: phase.linear([{ value: stacked, factor: exactly(-1) }], exactly(0), 0),
        product: phase.product('matmulTN', stacked, weights),
      };
    });
    const all = [...top, ...bottom];
    expect(revealed.stacked).toEqual(all);
    expect(revealed.negated).toEqual(all.map((x) => -x));
    const { productUnit } = new Program(trust);
    const sum = all.reduce((total, x, i) => total + x * BigInt(i % 2 === 0 ? i + 1 : -i - 1), 0n);
    expect(revealed.product).toEqual([productUnit * sum]);
  });
});

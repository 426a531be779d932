/**
 * What an evaluator sees is uniform while the secrets are held constant: every opened value, every single contribution, the
 * difference of any two openings (a mask used twice would show there), and everything else that crosses a link.
 *
 * Chi-squared of the bytes, at 6.5 deviations each: of about 10,000 together a false alarm has probability below 4e-7.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { scalar } from '../../src/graph/graph.ts';
import type { Plan, TrustMode } from '../../src/plan/plan.ts';
import { exactly } from '../../src/plan/write/linear-builder.ts';
import { RingMemory } from '../../src/ring/ring-memory.ts';
import { ByteCounts } from './chi-squared.ts';
import { openingsOf, PARTIES, Program, record, TRUST } from './harness.ts';
import type { Recorded } from './recording-link.ts';

const LANES = 512;
const RUNS = 20;

/** Secrets that are constant, under every kind of opening that there is. */
function constantProgram(trust: TrustMode): Program {
  const program = new Program(trust);
  program.builder.phase('test', (phase) => {
    const [x, y, z] = PARTIES.map((name, p) => program.integers(phase, name, new Array(LANES).fill(BigInt(3 * p - 1))));
    // What may be as large as the ring allows is compared in all its bits.
    for (const value of [x, y, z]) phase.bounded(value, 2 ** 20);
    phase.bounded(z, 2 ** 61);
    const product = phase.open(phase.product('elementwise', x, y));
    const all = [x, y, z].map((value) => ({ value, factor: exactly(1) }));
    const [small, none] = [phase.truncate(product, -8), phase.truncate(phase.linear(all, exactly(5), 0), -61)];
    const shares = program.truncateToShares(phase, x, 16);
    const wave = phase.open(phase.fourier('sigmoid', y, scalar(1), 30));
    const [low, high] = [-4, 4].map((threshold) => phase.lessThan(z, threshold));
    const chosen = phase.open(phase.bitTimes(phase.openBits(high), small));
    // Masked values, of one owner and of several, opened again; and the same shares twice.
    for (const value of [x, none, wave, chosen, shares, shares]) phase.open(value);
    phase.openBits(low);
    phase.watch(x, 4, 'x');
    phase.openBits(phase.allOf(high, [[{ column: 0, inverted: true }]]));
    program.reveal(phase, x, 'x');
  });
  return program;
}

/** Ring elements as bytes, with the arithmetic of the kernels. */
const memory = RingMemory.create(0);
const [A, B, C] = [0, 1, 2].map(() => memory.allocate(8 * LANES + 8));
const { kernels } = memory;
const loaded = (at: number, bytes: Uint8Array) => memory.u8(at, bytes.length).set(bytes);
const result = () => memory.u8(C, 8 * LANES).slice();

function unpacked(fields: Uint8Array, width: number): Uint8Array {
  loaded(A, fields);
  kernels.unpackFields(C, A, width, LANES);
  return result();
}

function combined(kernel: 'add' | 'sub', a: Uint8Array, b: Uint8Array): Uint8Array {
  loaded(A, a);
  loaded(B, b);
  kernels[kernel](C, A, B, LANES);
  return result();
}

interface Opened {
  readonly name: string;
  readonly width: number;
  readonly values: Uint8Array;
}

/** Counts the whole bytes of the low `width` bits from below, and the topmost eight of them. */
function countElements(counts: ByteCounts, { name, width, values }: Opened): void {
  loaded(A, values);
  kernels.shiftLeft(C, A, 64 - width, LANES);
  const top = result();
  for (let byte = 0; byte < width >> 3; byte++) counts.add(`${name}, byte ${byte}`, values, byte, 8);
  counts.add(`${name}, top byte`, top, 7, 8);
}

/** Counts everything that was opened in one run; gives the ring elements. */
function countOpenings(plan: Plan, messages: readonly Recorded[], counts: ByteCounts): readonly Uint8Array[] {
  const elements: Opened[] = [];
  const planes: { name: string; bytes: Uint8Array }[] = [];
  for (const { operation, stage, opening, at, round } of openingsOf(plan, 0)) {
    const name = `${plan.phases[0].ops[operation].op.op} ${operation}.${stage}`;
    const width = opening.kind === 'ring' ? 64 : opening.kind === 'fields' ? opening.width : opening.planes;
    const contributions = plan.roles.evaluators.map((from) => {
      const message = messages.find((m) => m.kind === 'opening' && m.from === from && m.position.round === round);
      return message?.payload.slice(at, at + (LANES * width) / 8) ?? new Uint8Array(0);
    });
    if (opening.kind === 'bits') {
      const opened = contributions.reduce((sum, own) => sum.map((byte, i) => byte ^ own[i]));
      for (const [j, bytes] of [...contributions, opened].entries()) {
        for (let plane = 0; plane < opening.planes; plane++) {
          const own = bytes.subarray((plane * LANES) / 8, ((plane + 1) * LANES) / 8);
          counts.add(`${name} plane ${plane} of ${plan.roles.evaluators[j] ?? 'all'}`, own);
          if (bytes === opened) planes.push({ name: `${name} plane ${plane}`, bytes: own });
        }
      }
      continue;
    }
    const parts = contributions.map((fields) => unpacked(fields, width));
    parts.forEach((values, j) => {
      countElements(counts, { name: `${name} of ${plan.roles.evaluators[j]}`, width, values });
    });
    elements.push({ name, width, values: parts.reduce((sum, own) => combined('add', sum, own)) });
  }
  for (const [i, a] of elements.entries()) {
    countElements(counts, a);
    const next = new Uint8Array([...a.values.subarray(8), ...a.values.subarray(0, 8)]);
    countElements(counts, { ...a, name: `${a.name} between lanes`, values: combined('sub', a.values, next) });
    for (const b of elements.slice(0, i)) {
      const values = combined('sub', a.values, b.values);
      countElements(counts, { name: `${a.name} − ${b.name}`, width: Math.min(a.width, b.width), values });
    }
  }
  for (const [i, a] of planes.entries()) {
    for (const b of planes.slice(0, i)) {
      counts.add(
        `${a.name} ⊕ ${b.name}`,
        a.bytes.map((byte, at) => byte ^ b.bytes[at]),
      );
    }
  }
  return elements.filter(({ width }) => width === 64).map(({ values }) => values);
}

describe.each(TRUST)('in %s', (trust) => {
  const opened = new ByteCounts();
  const onLinks = new ByteCounts();
  const seen = new Set<bigint>();
  let elements = 0;

  beforeAll(async () => {
    const program = constantProgram(trust);
    const plan = program.plan();
    for (let run = 0; run < RUNS; run++) {
      const { messages } = await record(plan, program.inputsOf);
      for (const values of countOpenings(plan, messages, opened)) {
        elements += LANES;
        for (const value of new BigUint64Array(values.buffer)) seen.add(value);
      }
      for (const { from, to, kind, payload } of messages) {
        if (kind === 'ready' || kind === 'credit' || kind === 'decision') continue;
        for (let byte = 0; byte < 8; byte++)
          onLinks.add(`${kind} from ${from} to ${to}, byte ${byte}`, payload, byte, 8);
      }
    }
  });

  it('every opening, every contribution to it and every difference of two is uniform', () => {
    expect(opened.size).toBeGreaterThan(3000);
    expect(opened.suspicious()).toEqual([]);
  });

  it('inputs, openings, corrections and outputs are uniform on every link', () => {
    expect(onLinks.size).toBeGreaterThan(8 * 6);
    expect(onLinks.suspicious()).toEqual([]);
  });

  // 10^5 elements fall on the same of 2^64 with probability below 10^10 / 2^65 = 3e-10.
  it('no opening occurs twice, in the same run or after starting again', () => {
    expect(elements).toBeGreaterThan(50_000);
    expect(seen.size).toBe(elements);
  });
});

/** Outputs reach the named recipients alone; nobody else is sent anything of them. */
import { describe, expect, it } from 'vitest';
import { planeWords } from '../../src/ring/bit-kernels.ts';
import { receiveOutputs } from '../../src/runtime/output-messages.ts';
import type { Link } from '../../src/transport/link.ts';
import { PARTIES, Program, record, SIZES, TRUST } from './harness.ts';

const START = { phase: 0, step: 0, round: 0 };
const VALUES = [1n, -2n, 2n ** 60n];
const RECIPIENTS = [[], ['north'], ['east'], ['south'], ['north', 'south'], ['east', 'south'], [...PARTIES]];

describe.each(TRUST)('in %s', (trust) => {
  it.each(RECIPIENTS.map((to) => ({ to })))('to $to', async ({ to }) => {
    const program = new Program(trust);
    program.builder.phase('test', (phase) => {
      const x = program.integers(phase, 'east', VALUES);
      program.reveal(phase, x, 'x', to);
      phase.reveal(phase.lessThan(x, 0), 'sign', to);
    });
    const { simulation, messages } = await record(program.plan(), program.inputsOf);
    for (const [node, { revealed }] of simulation.outcomes) {
      expect([...revealed.keys()].sort(), node).toEqual(to.includes(node) ? ['sign', 'x low', 'x rough'] : []);
      if (!to.includes(node)) continue;
      expect(program.integersOf(simulation, 'x', node)).toEqual(VALUES);
      expect([...(revealed.get('sign') ?? [])]).toEqual(VALUES.map((x) => (x < 0n ? 1 : 0)));
    }
    const outputs = messages.filter(({ kind }) => kind === 'output');
    expect(new Set(outputs.map((message) => message.to))).toEqual(new Set(to));
    const { dealer, evaluators } = program.builder.roles;
    for (const recipient of to) {
      const senders = outputs.filter((message) => message.to === recipient).map(({ from }) => from);
      expect(senders.sort(), `to ${recipient}`).toEqual(
        recipient === dealer ? [evaluators[0]] : evaluators.filter((name) => name !== recipient).sort(),
      );
    }
  });

  it('different outputs of one phase go different ways', async () => {
    const program = new Program(trust);
    program.builder.phase('test', (phase) => {
      for (const [i, name] of PARTIES.entries()) {
        program.reveal(phase, program.integers(phase, name, [BigInt(i) - 7n]), `of ${name}`, [PARTIES[(i + 1) % 3]]);
      }
    });
    const { simulation } = await record(program.plan(), program.inputsOf);
    for (const [i, name] of PARTIES.entries()) {
      const recipient = PARTIES[(i + 1) % 3];
      expect(program.integersOf(simulation, `of ${name}`, recipient)).toEqual([BigInt(i) - 7n]);
      expect(simulation.outcomes.get(recipient)?.revealed.size).toBe(2);
    }
  });

  it.each(SIZES)('%i bits', async (size) => {
    const program = new Program(trust);
    const values = Array.from({ length: size }, (_, i) => BigInt((i * 37) % 11) - 5n);
    program.builder.phase('test', (phase) =>
      phase.reveal(phase.lessThan(program.integers(phase, 'south', values), 0), 'sign', PARTIES),
    );
    const plan = program.plan();
    const { simulation, messages } = await record(plan, program.inputsOf);
    // Bits beyond the end carry nothing, and a recipient takes no others.
    const padding = size % 8 === 0 ? 0 : (0xff << (size % 8)) & 0xff;
    for (const { payload } of messages.filter(({ kind }) => kind === 'output')) {
      expect(payload.length).toBe(Math.ceil(size / 8));
      expect((payload.at(-1) ?? 0) & padding).toBe(0);
    }
    for (let bit = size; bit % 8 !== 0; bit++) {
      const payload = new Uint8Array(Math.ceil(size / 8));
      payload[payload.length - 1] = 1 << (bit % 8);
      const links = new Map(PARTIES.map((peer) => [peer, { receive: async () => payload } as unknown as Link]));
      const own = () => new BigUint64Array(planeWords(size));
      const received = receiveOutputs(plan, plan.phases[0], START, 'north', links, own);
      await expect(received).rejects.toMatchObject({ code: 'TREFOIL_PEER', facts: { how: 'malformed' } });
    }
    for (const node of PARTIES) {
      expect([...(simulation.outcomes.get(node)?.revealed.get('sign') ?? [])]).toEqual(
        values.map((x) => (x < 0n ? 1 : 0)),
      );
    }
  });

  it('the dealer is sent no opening and no input, and nothing but credits where it learns nothing', async () => {
    const program = new Program(trust);
    program.builder.phase('test', (phase) => {
      const values = PARTIES.map((name) => program.integers(phase, name, [5n, -9n]));
      const z = phase.open(phase.product('elementwise', values[0], phase.truncate(values[1], -1)));
      phase.watch(values[2], 5, 'values');
      program.reveal(phase, z, 'z', ['south']);
    });
    const { messages } = await record(program.plan(), program.inputsOf);
    const { dealer, evaluators } = program.builder.roles;
    const kinds = (from: readonly string[], to: readonly string[]) =>
      new Set(messages.filter((m) => from.includes(m.from) && to.includes(m.to)).map(({ kind }) => kind));
    const last = evaluators[evaluators.length - 1];
    expect(kinds(evaluators, [dealer])).toEqual(new Set(['ready', 'credit']));
    expect(kinds([dealer], evaluators.slice(0, -1))).toEqual(
      new Set(trust === 'dealer' ? ['ready'] : ['ready', 'input']),
    );
    expect(kinds([dealer], [last])).toEqual(
      new Set(trust === 'dealer' ? ['ready', 'correction'] : ['ready', 'input', 'correction']),
    );
    expect(kinds(evaluators, evaluators)).toEqual(new Set(['ready', 'input', 'opening', 'output']));
    // For corrections, and for what a dealer enters.
    const credited = new Set(messages.filter(({ kind }) => kind === 'credit').map(({ from }) => from));
    expect(credited).toEqual(new Set(trust === 'dealer' ? [last] : evaluators));
  });
});

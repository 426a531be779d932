import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { beforeAll, describe, expect, it } from 'vitest';
import { TrefoilError } from '../../src/errors.ts';
import { Comparison, PROTOCOL } from '../../src/transport/agreement-check.ts';
import { loadServices } from '../../src/transport/frames.ts';
import type { MessageKind } from '../../src/transport/link.ts';
import type { Mesh } from '../../src/transport/mesh.ts';
import { connected, createIdentities, failureOf, type Identities, linkBetween, startNodes } from './nodes.ts';

const AT = { phase: 1, step: 2, round: 3 };
let identities: Identities;

beforeAll(async () => {
  identities = await createIdentities('dealer', 'north', 'east', 'west');
});

async function exchange(meshes: Record<string, Mesh>, kind: MessageKind, from: string, to: string, length: number) {
  const payload = randomBytes(length);
  linkBetween(meshes, from, to).send(kind, AT, payload);
  const arrived = await linkBetween(meshes, to, from).receive(kind, AT, length);
  expect(Buffer.compare(arrived, payload)).toBe(0);
}

const closeAll = (meshes: Record<string, Mesh>) => Promise.all(Object.values(meshes).map((mesh) => mesh.close()));

describe('a connected mesh', () => {
  it('carries all kinds between three parties, one of which deals', async () => {
    const meshes = await connected(await startNodes(['north', 'east', 'west'], identities));
    for (const [from, to] of [
      ['east', 'west'],
      ['west', 'east'],
    ]) {
      for (const kind of ['ready', 'opening', 'input', 'output'] as const) await exchange(meshes, kind, from, to, 1000);
      await exchange(meshes, 'opening', from, to, 5 << 20);
      await exchange(meshes, 'input', from, to, 0);
    }
    for (const evaluator of ['east', 'west']) {
      for (const kind of ['ready', 'correction', 'input'] as const)
        await exchange(meshes, kind, 'north', evaluator, 777);
      for (const kind of ['ready', 'credit', 'output'] as const) await exchange(meshes, kind, evaluator, 'north', 8);
    }
    await exchange(meshes, 'correction', 'north', 'west', (5 << 20) + 1);
    expect(linkBetween(meshes, 'east', 'west').sent.opening).toBe(1000 + (5 << 20));
    expect(linkBetween(meshes, 'west', 'east').received.opening).toBe(1000 + (5 << 20));
    const offers = ['east', 'west'].map((name) => meshes[name].offers.get('north'));
    expect(offers[0]?.publicKey).toEqual(offers[1]?.publicKey);
    expect(offers[0]?.nonce).toHaveLength(32);
    await closeAll(meshes);
  });

  it('keeps what was sent and what was received apart from all that follows, although buffers are used again', async () => {
    const meshes = await connected(await startNodes(['north', 'east'], identities));
    const [there, here] = [linkBetween(meshes, 'north', 'east'), linkBetween(meshes, 'east', 'north')];
    // Below, at and above the size of a piece, twice and more, so that buffers come round.
    const lengths = [100, 1 << 16, 1 << 20, (1 << 20) + 1, 3 << 20, 2 << 20, 1 << 16, 3 << 20];
    const payload = new Uint8Array(3 << 20);
    const position = (step: number) => ({ phase: 0, step, round: 0 });
    lengths.forEach((length, step) => {
      payload.fill(step + 1);
      there.send('input', position(step), payload.subarray(0, length));
      there.send('correction', position(step), payload.fill(100 + step).subarray(0, length));
    });
    payload.fill(255);
    for (const [step, length] of lengths.entries()) {
      const input = await here.receive('input', position(step), length);
      const correction = await here.receive('correction', position(step), length);
      expect(input.every((byte) => byte === step + 1)).toBe(true);
      expect(correction.every((byte) => byte === 100 + step)).toBe(true);
    }
    await closeAll(meshes);
  });

  it('carries what a dealer of its own needs, and nothing towards it but credit', async () => {
    const order = ['dealer', 'north', 'east', 'west'];
    const meshes = await connected(await startNodes(order, identities, { dealerIsParty: false }));
    for (const party of ['north', 'east', 'west']) {
      await exchange(meshes, 'correction', 'dealer', party, 4096);
      await exchange(meshes, 'credit', party, 'dealer', 8);
      for (const kind of ['opening', 'input', 'output', 'correction'] as const) {
        const send = () => linkBetween(meshes, party, 'dealer').send(kind, AT, new Uint8Array(8));
        expect(send).toThrow(expect.objectContaining({ code: 'TREFOIL_INTERNAL' }));
      }
    }
    await exchange(meshes, 'opening', 'west', 'north', 64);
    await closeAll(meshes);
  });

  it('has no field in its schema that could carry a masked or opened value to a dealer', () => {
    const { Evaluators, DealerService, DealerParty, Alignment } = loadServices();
    expect([...DealerService.fromDialer.kinds].sort()).toEqual(['credit', 'decision', 'ready']);
    // A decision is one byte to a service, and four to a party: test/runtime/release-gate.test.ts.
    expect([...DealerParty.fromDialer.kinds].sort()).toEqual(['credit', 'decision', 'output', 'ready']);
    expect([...DealerService.fromAcceptor.kinds].sort()).toEqual(['correction', 'ready']);
    expect([...DealerParty.fromAcceptor.kinds].sort()).toEqual(['correction', 'decision', 'input', 'ready']);
    expect([...Evaluators.fromDialer.kinds].sort()).toEqual(['decision', 'input', 'opening', 'output', 'ready']);
    // Where rows are aligned nobody deals, and nothing of a run travels.
    expect([...Alignment.fromDialer.kinds].sort()).toEqual(['blinded', 'ready']);
    expect([...Alignment.fromAcceptor.kinds].sort()).toEqual(['blinded', 'ready']);
  });

  it('lets no node close before the others have sent everything', async () => {
    const meshes = await connected(await startNodes(['north', 'east', 'west'], identities));
    const early = meshes.east.close();
    linkBetween(meshes, 'north', 'west').send('correction', AT, new Uint8Array(100));
    const late = meshes.north.close();
    expect(await Promise.race([early, late, new Promise((resolve) => setTimeout(resolve, 100, 'open'))])).toBe('open');
    expect(await linkBetween(meshes, 'west', 'north').receive('correction', AT, 100)).toHaveLength(100);
    const missing = failureOf(linkBetween(meshes, 'west', 'east').receive('opening', AT, 8));
    expect((await missing).message).toMatch(/^east ended its run while a message was due \(phase 1, step 2, round 4\)/);
    expect((await failureOf(early)).message).toMatch(
      /^west stopped the run: east sent what it must not; .* \(phase 1, step 2, round 4\)/,
    );
    await failureOf(late);
  });

  it('hands an abort to everybody, with its place and nothing that its message says', async () => {
    const meshes = await connected(await startNodes(['north', 'east', 'west'], identities, { phases: ['step'] }));
    const waiting = failureOf(linkBetween(meshes, 'north', 'west').receive('output', AT, 8));
    const place = { party: 'east', phase: 'step', step: 17, round: 2 };
    const cause = new Error('cohort-7 of 3.2');
    await meshes.east.abort(new TrefoilError('TREFOIL_PRIVACY', 'cohort-7 spent 3.2', { place, cause }));
    for (const failure of [await failureOf(meshes.north.failed), await failureOf(meshes.west.failed)]) {
      expect(failure).toMatchObject({ code: 'TREFOIL_ABORTED', place });
      expect(failure.message).toBe(
        'east stopped the run: east does not release what the job asks for: its rules on privacy do not allow it (phase step, step 17, ' +
          'round 2); the screen of east says more (TREFOIL_PRIVACY)',
      );
    }
    expect((await waiting).code).toMatch(/TREFOIL_ABORTED/);
    expect(() => linkBetween(meshes, 'west', 'north').send('credit', AT, new Uint8Array(8))).toThrow(/east stopped/);
    await Promise.all([meshes.north.abort(await waiting), meshes.west.abort(await waiting)]);
  });
});

describe('connecting', () => {
  it('names every difference with both values, on both sides', async () => {
    const { meshes } = await startNodes(['north', 'east'], identities, {
      change: {
        north: { agreement: { items: { 'trust mode': 'honest-majority', job: 'aa', plan: 'p' } } },
        east: { agreement: { items: { 'trust mode': 'dealer', job: 'bb', plan: 'p' } } },
      },
    });
    const [north, east] = await Promise.all([failureOf(meshes.north), failureOf(meshes.east)]);
    expect(north).toMatchObject({ code: 'TREFOIL_DISAGREEMENT', place: { party: 'east' } });
    expect(north.problems).toEqual([
      "job: 'aa' here, 'bb' at east",
      "trust mode: 'honest-majority' here, 'dealer' at east",
    ]);
    expect(east).toMatchObject({ code: 'TREFOIL_DISAGREEMENT', place: { party: 'north' } });
    expect(east.problems).toEqual([
      "job: 'bb' here, 'aa' at north",
      "trust mode: 'dealer' here, 'honest-majority' at north",
    ]);
  });

  it('names nothing but the version of the protocol where that differs', () => {
    const hello = { [PROTOCOL]: '1', 'job: training': 'a'.repeat(64), plan: 'p' };
    const comparison = new Comparison('east', { items: { [PROTOCOL]: '2', training: '{}', plan: 'q' } }, hello);
    expect(comparison.isOpen).toBe(false);
    expect(comparison.error().problems).toEqual(['protocol version: 2 here, 1 at east']);
  });

  it('asks what stands behind digests that differ, and names that', async () => {
    const digest = (letter: string) => letter.repeat(64);
    const behind = (deep: string): Record<string, Record<string, string>> => ({
      job: { 'job.a': '1', 'job.b': digest(deep) },
      'job.b': { 'job.b.c': deep, 'job.b.d': '2' },
    });
    const agreement = (top: string, deep: string) => ({
      items: { job: digest(top), plan: digest(top) },
      expand: (key: string) => behind(deep)[key] ?? {},
      follows: { plan: 'another version' },
    });
    const { meshes } = await startNodes(['north', 'east'], identities, {
      change: { north: { agreement: agreement('a', 'c') }, east: { agreement: agreement('b', 'd') } },
    });
    const [north, east] = await Promise.all([failureOf(meshes.north), failureOf(meshes.east)]);
    expect(north.problems).toEqual(["job.b.c: 'c' here, 'd' at east"]);
    expect(east.problems).toEqual(["job.b.c: 'd' here, 'c' at north"]);
  });

  it('names a difference of roles although the nodes meet on another service', async () => {
    const { meshes } = await startNodes(['north', 'east', 'west'], identities, {
      started: ['north', 'east'],
      change: { east: { dealerIsParty: false, agreement: { items: { 'trust mode': 'dealer' } } } },
    });
    const [north, east] = await Promise.all([failureOf(meshes.north), failureOf(meshes.east)]);
    expect(north.problems).toEqual(["trust mode: 'honest-majority' here, 'dealer' at east"]);
    expect(east.problems).toEqual(["trust mode: 'dealer' here, 'honest-majority' at north"]);
  });

  it('gives up on absent peers with their addresses, says so before, and tells those that are there', async () => {
    const waiting: string[] = [];
    const { meshes } = await startNodes(['north', 'east', 'west'], identities, {
      started: ['east', 'west'],
      addresses: { north: 'localhost:9' },
      connectSeconds: 2.5,
      change: { east: { onWaiting: (text) => waiting.push(text) }, west: { connectSeconds: 10 } },
    });
    const [east, west] = await Promise.all([failureOf(meshes.east), failureOf(meshes.west)]);
    expect(waiting).toEqual([
      'waiting for north at localhost:9 (connection refused): 1 s left, then this node gives up; connectSeconds in its configuration sets it',
    ]);
    expect(east.message).toContain('raise connectSeconds in the configuration of each');
    expect(east).toMatchObject({ code: 'TREFOIL_UNREACHABLE', place: { party: 'north' } });
    expect(east.problems).toEqual(['north at localhost:9 (connection refused)']);
    expect(west).toMatchObject({ code: 'TREFOIL_ABORTED', place: { party: 'north' } });
    expect(west.message).toMatch(/^east stopped the run: not all nodes were there within 2.5 seconds/);
  });

  it('waits for a peer that starts later', async () => {
    const addresses: Record<string, string> = { north: await freeAddress() };
    const east = startNodes(['north', 'east'], identities, { started: ['east'], addresses });
    await new Promise((resolve) => setTimeout(resolve, 400));
    const north = startNodes(['north', 'east'], identities, { started: ['north'], listen: addresses.north });
    await closeAll({ ...(await connected(await east)), ...(await connected(await north)) });
  });

  it('says which address is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const listen = `127.0.0.1:${(taken.address() as { port: number }).port}`;
    const { meshes } = await startNodes(['north', 'east'], identities, { started: ['north'], listen });
    const failure = await failureOf(meshes.north);
    expect(failure.message).toBe(
      `can not listen at ${listen}: another program uses that port; change the address to listen at`,
    );
    taken.close();
  });
});

async function freeAddress(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return `127.0.0.1:${port}`;
}

import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { loadServices } from '../../src/transport/frames.ts';
import { helloTo } from '../../src/transport/handshake.ts';
import type { Mesh, MeshOptions } from '../../src/transport/mesh.ts';
import { createIdentities, failureOf, type Identities, linkBetween, startNodes } from './nodes.ts';
import { frameBytes, openRaw } from './raw-peer.mjs';

const ORDER = ['north', 'east', 'west'];
const AGREEMENT = { items: { 'trust mode': 'honest-majority' } };
const AT = { phase: 1, step: 2, round: 3 };
const ROLES: Record<string, { service: string; type: string }> = {
  north: { service: 'DealerParty', type: 'ToDealerParty' },
  east: { service: 'Evaluators', type: 'EvaluatorFrame' },
};

let identities: Identities;
const children: ChildProcess[] = [];

beforeAll(async () => {
  identities = await createIdentities(...ORDER);
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function helloOfWest(peer: string) {
  const offer = { nonce: new Uint8Array(32), publicKey: new Uint8Array(32) };
  return helloTo(peer, { self: 'west', order: ORDER, dealer: 'north', agreement: AGREEMENT, offer });
}

/** North and east are real; west is a stream of raw bytes to each of them. */
async function withRawWest(common: Partial<MeshOptions> = {}) {
  const { meshes, addresses } = await startNodes(ORDER, identities, { ...common, started: ['north', 'east'] });
  const streams: Record<string, ReturnType<typeof openRaw>> = {};
  for (const peer of ['north', 'east']) {
    const { service, type } = ROLES[peer];
    streams[peer] = openRaw(
      { address: addresses[peer], certificate: identities[peer].certificate },
      identities.west,
      service,
    );
    streams[peer].write(frameBytes(type, { hello: helloOfWest(peer) }));
    streams[peer].resume();
  }
  const [north, east] = await Promise.all([meshes.north, meshes.east]);
  return { meshes: { north, east }, streams };
}

/** The same with west in a process of its own. */
async function withWestProcess() {
  const { meshes, addresses } = await startNodes(ORDER, identities, { started: ['north', 'east'] });
  const peers = ['north', 'east'].map((peer) => ({
    address: addresses[peer],
    certificate: identities[peer].certificate,
    hello: helloOfWest(peer),
    ...ROLES[peer],
  }));
  const script = fileURLToPath(new URL('raw-peer.mjs', import.meta.url));
  const child = fork(script, [JSON.stringify({ peers, identity: identities.west })]);
  children.push(child);
  const [north, east] = await Promise.all([meshes.north, meshes.east]);
  return { meshes: { north, east }, child };
}

async function expectFault(meshes: { north: Mesh; east: Mesh }, sentence: RegExp) {
  const [east, north] = [await failureOf(meshes.east.failed), await failureOf(meshes.north.failed)];
  expect(east).toMatchObject({ code: 'TREFOIL_PEER', place: { party: 'west' } });
  expect(east.message).toMatch(sentence);
  expect(north).toMatchObject({ code: 'TREFOIL_ABORTED', place: { party: 'west' } });
  expect(north.message).toMatch(/^east stopped the run: west /);
  await Promise.all([meshes.east.abort(east), meshes.north.abort(north)]);
}

describe('a peer that stops', () => {
  it('is noticed at once when its process dies, with the message that was due', async () => {
    const { meshes, child } = await withWestProcess();
    const waiting = failureOf(linkBetween(meshes, 'east', 'west').receive('opening', AT, 8));
    const begin = Date.now();
    child.kill('SIGKILL');
    const failure = await waiting;
    expect(Date.now() - begin).toBeLessThan(1000);
    expect(failure.message).toMatch(/west/);
    expect(failure.place).toMatchObject({ party: 'west' });
    const failures = [await failureOf(meshes.east.failed), await failureOf(meshes.north.failed)];
    const own = failures.filter(({ code }) => code === 'TREFOIL_PEER');
    expect(own.length).toBeGreaterThan(0);
    expect(own[0].message).toMatch(/^west is gone: it ended or froze, or the network broke/);
    await Promise.all([meshes.east.abort(failure), meshes.north.abort(failure)]);
  });

  it('is noticed within eight seconds when it freezes', async () => {
    const { meshes, child } = await withWestProcess();
    const begin = Date.now();
    // Frozen, not dead: its kernel still acknowledges everything.
    child.kill('SIGSTOP');
    const failures = await Promise.all([failureOf(meshes.east.failed), failureOf(meshes.north.failed)]);
    expect(Date.now() - begin).toBeLessThan(8000);
    for (const failure of failures) expect(failure.place.party).toBe('west');
    await Promise.all([meshes.east.abort(failures[0]), meshes.north.abort(failures[1])]);
    expect(Date.now() - begin).toBeLessThan(10_000);
  });

  it('is at fault when it closes its stream before the end of the run', async () => {
    const { meshes, streams } = await withRawWest();
    const waiting = failureOf(linkBetween(meshes, 'east', 'west').receive('opening', AT, 8));
    streams.east.end();
    expect((await waiting).place).toEqual({ party: 'west', phase: '1', step: 2, round: 4 });
    await expectFault(
      meshes,
      /^west is gone: it ended or froze, or the network broke while this node waited for its message of phase 1, step 2, round 4/,
    );
  });
});

describe('a peer that sends what it must not', () => {
  const payload = (length: number, change: object = {}) => ({
    opening: { ...AT, total: length, offset: 0, bytes: new Uint8Array(length), ...change },
  });
  const frame = (content: object) => frameBytes('EvaluatorFrame', content);

  it.each([
    ['bytes that are no frame', Buffer.from([0x1a, 0xff, 0xff, 0x01]), /^west sent a frame that can not be read/],
    ['an empty frame', Buffer.alloc(0), /^west sent a frame of a kind that does not belong on this link/],
    [
      'a field of another service',
      frameBytes('ToDealerService', { credit: { total: 0 } }),
      /does not belong on this link/,
    ],
    [
      'details without a difference',
      frame({ details: { items: { job: '1' } } }),
      /^west sent details that nobody asked for/,
    ],
    ['a second introduction', frame({ hello: { from: 'west' } }), /^west introduced itself twice/],
    [
      'a message above the bound',
      frame(payload(0, { total: 1 << 24 })),
      /^west announced an 'opening' message of 16777216 bytes/,
    ],
    [
      'a piece with a gap before it',
      frame(payload(8, { total: 100, offset: 8 })),
      /^west sent pieces of an 'opening' message/,
    ],
    [
      'a short piece',
      frame(payload(8, { total: 100 })),
      /^west sent pieces of .* do not fit together \(phase 1, step 2, round 4\)/,
    ],
    ['more than was announced', frame(payload(8, { total: 4 })), /^west sent pieces/],
    [
      'a frame above the limit of gRPC',
      Buffer.alloc((1 << 20) + 100),
      /^west broke off, or sent a frame above 1048616 bytes/,
    ],
  ])('is at fault for %s', async (_, bytes, sentence) => {
    const { meshes, streams } = await withRawWest();
    streams.east.write(bytes);
    await expectFault(meshes, sentence);
  });

  it.each([
    ['length', AT, 9, /^west sent an 'opening' message of 8 bytes where 9 were due \(phase 1, step 2, round 4\)/],
    [
      'step',
      { ...AT, step: 3 },
      8,
      /^west sent an 'opening' message of phase 1, step 2, round 4 where another one was due/,
    ],
  ])('is at fault for a message of another %s', async (_, position, length, sentence) => {
    const { meshes, streams } = await withRawWest();
    streams.east.write(frame(payload(8)));
    const waiting = failureOf(linkBetween(meshes, 'east', 'west').receive('opening', position, length));
    expect((await waiting).place).toEqual({ party: 'west', phase: '1', step: position.step, round: 4 });
    await expectFault(meshes, sentence);
  });

  it('is at fault for a frame after its last one', async () => {
    const { meshes, streams } = await withRawWest();
    streams.east.write(frame({ end: {} }));
    streams.east.write(frame(payload(8)));
    await expectFault(meshes, /^west sent a frame after its last one/);
  });

  it('is at fault for far more than anybody asked for', async () => {
    const { meshes, streams } = await withRawWest({ maxMessageBytes: 1 << 20 });
    const bytes = frame(payload(1 << 20));
    for (let i = 0; i < 66; i++) streams.east.write(bytes);
    await expectFault(meshes, /^west sent 69206016 bytes that nobody asked for/);
  });

  it('is refused without an introduction', async () => {
    const { meshes, addresses } = await startNodes(ORDER, identities, { started: ['north'] });
    const { service, type } = ROLES.north;
    const peer = { address: addresses.north, certificate: identities.north.certificate };
    const stream = openRaw(peer, identities.west, service).resume();
    stream.write(frameBytes(type, { credit: { ...AT, total: 0 } }));
    expect((await failureOf(meshes.north)).message).toMatch(/^west did not introduce itself/);
  });

  it('is told what this node knows where it differs and says no more', async () => {
    const { meshes, addresses } = await startNodes(ORDER, identities, {
      started: ['north'],
      agreement: {
        items: { job: 'a'.repeat(64), 'trust mode': 'honest-majority' },
        expand: () => ({ 'job.epochs': '2' }),
      },
    });
    const { service, type } = ROLES.north;
    const peer = { address: addresses.north, certificate: identities.north.certificate };
    const stream = openRaw(peer, identities.west, service).resume();
    const hello = helloOfWest('north');
    stream.write(frameBytes(type, { hello: { ...hello, agreement: { ...hello.agreement, job: 'b'.repeat(64) } } }));
    const failure = await failureOf(meshes.north);
    expect(failure.code).toBe('TREFOIL_DISAGREEMENT');
    expect(failure.problems).toEqual(['job: not the same here and at west']);
  });

  it('is refused when it opens the service of another role', async () => {
    const { meshes, addresses } = await startNodes(ORDER, identities, { started: ['north'] });
    const peer = { address: addresses.north, certificate: identities.north.certificate };
    const stream = openRaw(peer, identities.west, 'Evaluators').resume();
    stream.write(frame({ hello: helloOfWest('north') }));
    const failure = await failureOf(meshes.north);
    expect(failure).toMatchObject({ code: 'TREFOIL_PEER', place: { party: 'west' } });
    expect(failure.message).toMatch(/^west opened a stream of Evaluators where DealerParty is due/);
  });

  it('does not disturb the run with a second stream', async () => {
    const { meshes, addresses } = await startNodes(ORDER, identities, { started: ['north'] });
    const peer = { address: addresses.north, certificate: identities.north.certificate };
    const { service, type } = ROLES.north;
    openRaw(peer, identities.west, service)
      .resume()
      .write(frameBytes(type, { hello: helloOfWest('north') }));
    await new Promise((resolve) => setTimeout(resolve, 100));
    const second = openRaw(peer, identities.west, service);
    const first: Buffer = await new Promise((resolve) => second.once('data', resolve));
    const refusal = loadServices().DealerParty.fromAcceptor.decode(first);
    expect(refusal.abort).toMatchObject({ origin: 'north', code: 'TREFOIL_PEER', how: 'connected already' });
    const state = await Promise.race([meshes.north, new Promise((resolve) => setTimeout(resolve, 100, 'waits on'))]);
    expect(state).toBe('waits on');
    const east = await startNodes(ORDER, identities, {
      started: ['east'],
      addresses: { ...addresses },
      connectSeconds: 0.5,
    });
    await failureOf(east.meshes.east);
    await failureOf((await meshes.north).failed);
  });
});

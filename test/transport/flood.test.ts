/** Many connections without a certificate: few of them stay open, and the peers still come in. */
import { EventEmitter } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import fc from 'fast-check';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { networkOf, PendingConnections } from '../../src/transport/pending.ts';
import { connected, createIdentities, type Identities, startNodes } from './nodes.ts';

const ORDER = ['north', 'east'];
/** By address and in all: src/transport/pending.ts. */
const MOST = 64;
let identities: Identities;
const clients: Socket[] = [];

beforeAll(async () => {
  identities = await createIdentities(...ORDER);
});

afterEach(() => {
  for (const client of clients.splice(0)) client.destroy();
});

/** Connections that say nothing, that say nonsense, and that begin TLS and have no certificate. */
const FLOODS: readonly [what: string, open: (port: number) => Socket, count: number][] = [
  ['that stay silent', (port) => connectTcp(port, '127.0.0.1'), 300],
  [
    'of nonsense',
    (port) =>
      connectTcp(port, '127.0.0.1').on('connect', function (this: Socket) {
        // The beginning of a TLS record that never ends.
        this.write(Buffer.of(0x16, 0x03, 0x01, 0x40, 0x00, 0x01));
      }),
    300,
  ],
  [
    'of TLS without a certificate',
    (port) => connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false, ALPNProtocols: ['h2'] }),
    // Each costs both ends a handshake, in one process here.
    80,
  ],
];

function flood(open: (port: number) => Socket, port: number, count: number): { open: Set<Socket> } {
  const state = { open: new Set<Socket>() };
  for (let i = 0; i < count; i++) {
    const client = open(port);
    clients.push(client);
    state.open.add(client);
    client.on('error', () => undefined);
    client.on('close', () => state.open.delete(client));
    client.resume();
  }
  return state;
}

describe.each(FLOODS)('a flood of connections %s', (_, open, count) => {
  it('leaves a bounded number open, and lets a peer in while it goes on', async () => {
    const north = await startNodes(ORDER, identities, { started: ['north'], connectSeconds: 50 });
    const port = Number(north.addresses.north.split(':')[1]);
    const before = flood(open, port, count);
    while (before.open.size > MOST) await new Promise((resolve) => setTimeout(resolve, 20));
    let isOver = false;
    const during = (async () => {
      for (let i = 0; i < 20 && !isOver; i++) {
        flood(open, port, count / 20);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    })();
    const east = await startNodes(ORDER, identities, {
      started: ['east'],
      addresses: { ...north.addresses },
      connectSeconds: 50,
    });
    const meshes = { ...(await connected(north)), ...(await connected(east)) };
    isOver = true;
    await Promise.all([...Object.values(meshes).map((mesh) => mesh.close()), during]);
  });
});

it.each([
  ['10.0.0.7', '10.0.0.7'],
  ['::ffff:10.0.0.7', '10.0.0.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8:1:2::9', '2001:db8:1:2'],
  ['2001:0DB8::9', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
])('%s counts as %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});

describe('pending connections', () => {
  /** A socket of which only its address, what it sent and its end count. */
  class Pretended extends EventEmitter {
    readonly remoteAddress: string;
    readonly remotePort: number;
    bytesRead = 0;
    isOpen = true;

    constructor(remoteAddress: string, remotePort: number) {
      super();
      this.remoteAddress = remoteAddress;
      this.remotePort = remotePort;
    }

    destroy(): void {
      if (this.isOpen) this.emit('close');
      this.isOpen = false;
    }
  }

  const host = fc.constantFrom(
    '10.0.0.1',
    '10.0.0.2',
    '10.0.0.3',
    '10.0.0.4',
    '::ffff:10.0.0.1',
    '2001:db8::1',
    '2001:db8::2',
  );

  it('are bounded, the newest stays, and a peer at an address of its own is never crowded out', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(host, fc.boolean()), { minLength: 200, maxLength: 400 }), (flooding) => {
        const pending = new PendingConnections();
        const peer = new Pretended('192.0.2.7', 1);
        const all = [peer];
        pending.add(peer as unknown as Socket);
        for (const [i, [address, speaks]] of flooding.entries()) {
          const socket = new Pretended(address, 1000 + i);
          socket.bytesRead = speaks ? 500 : 0;
          all.push(socket);
          pending.add(socket as unknown as Socket);
          expect(socket.isOpen).toBe(true);
          const open = all.filter(({ isOpen }) => isOpen);
          expect(pending.size).toBe(open.length);
          expect(open.length).toBeLessThanOrEqual(2 * MOST);
          const here = open.filter(({ remoteAddress }) => networkOf(remoteAddress) === networkOf(address));
          expect(here.length).toBeLessThanOrEqual(MOST);
        }
        expect(peer.isOpen).toBe(true);
        expect(pending.take('192.0.2.7:1')).toBe(peer);
        pending.closeAll();
        expect(all.filter(({ isOpen }) => isOpen)).toEqual([peer]);
      }),
      { numRuns: 3 },
    );
  });

  it('that were too many are said to be, and not to show a wrong certificate', () => {
    const pending = new PendingConnections();
    const sockets = Array.from({ length: MOST + 7 }, (_, i) => new Pretended('10.0.0.1', 1 + i));
    expect(pending.refusal).toBe('');
    for (const socket of sockets) pending.add(socket as unknown as Socket);
    const crowded =
      '7 connections that had shown no certificate were closed for being too many, the last from 10.0.0.1:7';
    expect(pending.refusal).toBe(` (${crowded})`);
    sockets[50].destroy();
    expect(pending.refusal).toMatch(
      /^ \(a connection from 10\.0\.0\.1:51 ended in the TLS handshake: .*; 7 connections/,
    );
    pending.closeAll();
  });

  it('that have sent something outlast those that have not', () => {
    const pending = new PendingConnections();
    const peer = new Pretended('10.0.0.1', 1);
    peer.bytesRead = 517;
    pending.add(peer as unknown as Socket);
    for (let i = 0; i < 500; i++) pending.add(new Pretended('10.0.0.1', 2 + i) as unknown as Socket);
    expect(peer.isOpen).toBe(true);
    pending.closeAll();
  });
});

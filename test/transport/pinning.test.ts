import { connect as connectHttp2 } from 'node:http2';
import { connect as connectTls } from 'node:tls';
import { beforeAll, describe, expect, it } from 'vitest';
import { createIdentity } from '../../src/transport/create-identity.ts';
import { createIdentities, failureOf, type Identities, startNodes } from './nodes.ts';

const ORDER = ['north', 'east', 'west'];
let identities: Identities;
let foreign: Identities;

beforeAll(async () => {
  identities = await createIdentities(...ORDER);
  foreign = await createIdentities(...ORDER);
});

describe('a peer with a certificate that is not the pinned one', () => {
  it('is refused when it dials: it hears why in seconds, the other side sees whence it came', async () => {
    const waiting: string[] = [];
    const { meshes } = await startNodes(['north', 'east'], identities, {
      change: {
        north: { connectSeconds: 3, onWaiting: (text) => waiting.push(text) },
        east: { identity: foreign.east },
      },
    });
    const begin = Date.now();
    const east = await failureOf(meshes.east);
    expect(Date.now() - begin).toBeLessThan(2000);
    expect(east).toMatchObject({ code: 'TREFOIL_IDENTITY', place: { party: 'north' } });
    expect(east.message).toMatch(
      /^north at 127\.0\.0\.1:\d+ drops the connection once it sees the certificate of east; send north the current \.crt of east/,
    );
    const north = await failureOf(meshes.north);
    expect(north).toMatchObject({ code: 'TREFOIL_UNREACHABLE', place: { party: 'east' } });
    const refusal =
      /east to connect \(a connection from 127\.0\.0\.1:\d+ ended in the TLS handshake: one of the two nodes shows another certificate than/;
    expect(north.problems[0]).toMatch(refusal);
    expect(waiting[0]).toMatch(refusal);
  });

  it('is refused when it listens', async () => {
    const { meshes } = await startNodes(['north', 'east'], identities, {
      change: { north: { identity: foreign.north, connectSeconds: 1 } },
    });
    const east = await failureOf(meshes.east);
    expect(east).toMatchObject({ code: 'TREFOIL_IDENTITY', place: { party: 'north' } });
    expect(east.message).toMatch(
      /shows a certificate that belongs to no node of this job where the pinned one of north is/,
    );
    await failureOf(meshes.north);
  });

  it('is refused although another name has it pinned, by the node that listens', async () => {
    const { meshes, addresses } = await startNodes(ORDER, identities, {
      started: ['north'],
      change: {
        north: {
          peers: {
            east: { certificate: identities.west.certificate },
            west: { certificate: identities.east.certificate },
          },
        },
      },
    });
    const west = startNodes(ORDER, identities, { started: ['west'], addresses: { ...addresses, east: 'localhost:9' } });
    const failures = [await failureOf(meshes.north), await failureOf((await west).meshes.west)];
    expect(failures[0]).toMatchObject({ code: 'TREFOIL_IDENTITY', place: { party: 'east' } });
    expect(failures[0].message).toMatch(
      /^the node that shows the certificate of east calls itself west and looks for north/,
    );
    expect(failures[1]).toMatchObject({ code: 'TREFOIL_IDENTITY', place: { party: 'north' } });
    expect(failures[1].message).toMatch(/calls itself north and looks for east, not for west; check on both nodes/);
  });

  it('is refused although another name has it pinned, by the node that dials', async () => {
    const { meshes } = await startNodes(ORDER, identities, {
      started: ['north', 'west'],
      addresses: { east: 'localhost:9' },
      change: { north: { identity: identities.east, connectSeconds: 1 } },
    });
    const west = await failureOf(meshes.west);
    expect(west).toMatchObject({ code: 'TREFOIL_IDENTITY', place: { party: 'north' } });
    expect(west.message).toMatch(/shows the certificate of east where the pinned one of north is expected/);
    await failureOf(meshes.north);
  });
});

describe('a listening node', () => {
  it.each([
    ['keeps', 'TLS 1.3 and a pinned certificate', (port: number) => connectTls({ port, ...tlsOf('west') })],
    ['refuses', 'TLS 1.2', (port: number) => connectTls({ port, ...tlsOf('west'), maxVersion: 'TLSv1.2' })],
    ['refuses', 'a foreign certificate', (port: number) => connectTls({ port, ...tlsOf('west'), ...foreignTls() })],
    [
      'refuses',
      'no certificate',
      (port: number) => connectTls({ port, ...tlsOf('west'), key: undefined, cert: undefined }),
    ],
    ['refuses', 'no TLS', (port: number) => connectHttp2(`http://127.0.0.1:${port}`)],
  ])('%s a client with %s', async (verdict, _, connect) => {
    const { meshes, addresses } = await startNodes(ORDER, identities, { started: ['north'], connectSeconds: 0.5 });
    const client = connect(Number(addresses.north.split(':')[1]));
    const outcome = new Promise((resolve) => {
      client.once('error', () => resolve('refuses'));
      client.once('close', () => resolve('refuses'));
      setTimeout(resolve, 300, 'keeps');
    });
    expect(await outcome).toBe(verdict);
    client.destroy();
    expect((await failureOf(meshes.north)).code).toBe('TREFOIL_UNREACHABLE');
  });
});

const foreignTls = () => ({ key: foreign.west.key, cert: foreign.west.certificate });

const tlsOf = (name: string) => ({
  key: identities[name].key,
  cert: identities[name].certificate,
  ca: identities.north.certificate,
  ALPNProtocols: ['h2'],
});

describe('a certificate out of its dates', () => {
  it.each([
    [
      'has expired',
      new Date(Date.now() - 3 * 86_400_000),
      /the certificate of north expired on .*; north has to run .* ask for it/,
    ],
    ['is of tomorrow', new Date(Date.now() + 86_400_000), /the certificate of north is not valid before .*clock/],
  ])('that %s is refused before anybody is contacted', async (_, from, sentence) => {
    const { certificate, key } = await createIdentity({ name: 'north', from, days: 1 });
    const { meshes } = await startNodes(
      ['north', 'east'],
      { ...identities, north: { certificate, key } },
      { started: ['east'] },
    );
    const east = await failureOf(meshes.east);
    expect(east.code).toBe('TREFOIL_IDENTITY');
    expect(east.problems).toEqual([expect.stringMatching(sentence)]);
  });

  it('or that is the same for two names is refused, together with a key that does not fit', async () => {
    const same = { ...identities, west: identities.north };
    const { meshes } = await startNodes(ORDER, same, {
      started: ['east'],
      change: { east: { identity: { ...identities.east, key: foreign.east.key } } },
    });
    const { problems } = await failureOf(meshes.east);
    expect(problems).toEqual([
      expect.stringMatching(
        /^the key of east is not the key of the certificate of east; .* run `trefoil identity --config FILE --replace/,
      ),
      'north and west have the same certificate; ask both for their own',
    ]);
  });
});

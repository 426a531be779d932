/** A message fits into the window of its connection: it arrives even when nothing comes back, as over a network with long ways. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { connected, createIdentities, linkBetween, startNodes } from './nodes.ts';

const AT = { phase: 0, step: 0, round: 0 };

/** A way to `address` whose two directions can be held up. */
async function proxyTo(address: string) {
  const ends: { readonly dialer: Socket; readonly acceptor: Socket }[] = [];
  const listener = createServer((dialer) => {
    const acceptor = connect(Number(address.split(':')[1]), '127.0.0.1');
    dialer.pipe(acceptor);
    acceptor.pipe(dialer);
    // One end may hang up while the other still sends.
    for (const end of [dialer, acceptor]) {
      end.on('error', () => {
        dialer.destroy();
        acceptor.destroy();
      });
    }
    ends.push({ dialer, acceptor });
  }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  onTestFinished(() => {
    listener.close();
  });
  return {
    address: `127.0.0.1:${(listener.address() as AddressInfo).port}`,
    holdUp: (from: 'dialer' | 'acceptor') => {
      for (const end of ends) end[from].unpipe();
    },
    letGo: () => {
      for (const { dialer, acceptor } of ends) {
        dialer.pipe(acceptor);
        acceptor.pipe(dialer);
      }
    },
  };
}

it.each([
  { from: 'west', to: 'east', silent: 'acceptor' },
  { from: 'east', to: 'west', silent: 'dialer' },
] as const)('a message of 3 MiB from $from to $to needs nothing of the $silent', async ({ from, to, silent }) => {
  const order = ['north', 'east', 'west'];
  const identities = await createIdentities(...order);
  const addresses: Record<string, string> = {};
  const first = await startNodes(order, identities, { started: ['north', 'east'], addresses });
  const proxy = await proxyTo(addresses.east);
  const last = await startNodes(order, identities, {
    started: ['west'],
    addresses: { ...addresses, east: proxy.address },
  });
  const meshes = await connected({ meshes: { ...first.meshes, ...last.meshes }, addresses });
  const message = new Uint8Array(3 << 20).fill(7);

  proxy.holdUp(silent);
  linkBetween(meshes, from, to).send('opening', AT, message);
  const received = await linkBetween(meshes, to, from).receive('opening', AT, message.length);
  expect(Buffer.compare(received, message)).toBe(0);

  proxy.letGo();
  await Promise.all(Object.values(meshes).map((mesh) => mesh.close()));
});

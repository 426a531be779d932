/**
 * One of the two processes of the transport benchmark: connects with the other, then sends and receives what it is told to.
 * @module
 */
import { randomBytes } from 'node:crypto';
import type { Identity } from '../src/transport/identity.ts';
import type { Link, MessageKind } from '../src/transport/link.ts';
import { connectMesh } from '../src/transport/mesh.ts';
import { report, type Task, type Transfer } from './transport-task.ts';

/** Messages under way at once, one way. */
const WINDOW = 4;

let link: Link;
/** What is sent and where what arrives is put, as an executor does: WebAssembly memory. */
const { buffer } = new WebAssembly.Memory({ initial: 128, maximum: 128 });

async function connect(self: string, identities: Readonly<Record<string, Identity>>, address?: string): Promise<Link> {
  const [dealer, other] = Object.keys(identities);
  const peer = self === dealer ? other : dealer;
  const { certificate } = identities[peer];
  const { links } = await connectMesh({
    self,
    order: [dealer, other],
    dealer,
    dealerIsParty: true,
    listen: '127.0.0.1:0',
    peers: { [peer]: { certificate, ...(address === undefined ? {} : { address }) } },
    identity: identities[self],
    agreement: { items: {} },
    offer: { nonce: randomBytes(32), publicKey: randomBytes(32) },
    connectSeconds: 30,
    stallSeconds: 30,
    maxMessageBytes: buffer.byteLength,
    onListening: (port) => report({ port }),
  });
  const found = links.get(peer);
  if (found === undefined) throw new Error(`no link to ${peer}`);
  return found;
}

/** Gives the CPU time of this process, of all its threads and in the kernel, in milliseconds. */
async function transfer({ sends, receives, bytes, messages }: Transfer): Promise<number> {
  const payload = new Uint8Array(buffer, 0, bytes);
  const at = (step: number) => ({ phase: 0, step, round: 0 });
  const take = async (kind: MessageKind, step: number) => payload.set(await link.receive(kind, at(step), bytes));
  const before = process.cpuUsage();
  for (let step = 0; step < messages; step++) {
    if (sends !== undefined) link.send(sends, at(step), payload);
    if (receives !== undefined) await take(receives, step);
    if (sends === undefined) link.send('credit', at(step), new Uint8Array(4));
    if (receives === undefined && step >= WINDOW) await link.receive('credit', at(step - WINDOW), 4);
  }
  if (receives === undefined) {
    for (let step = messages - WINDOW; step < messages; step++) await link.receive('credit', at(step), 4);
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

process.on('message', async (task: Task) => {
  if ('connect' in task) {
    const { self, identities, address } = task.connect;
    link = await connect(self, identities, address);
    report({ connected: true });
  } else {
    report({ cpuMs: await transfer(task.transfer) });
  }
});
process.on('disconnect', () => process.exit());

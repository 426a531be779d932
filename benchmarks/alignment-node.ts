/**
 * One of the three processes of the alignment benchmark: connects with the others, then aligns what it is told to.
 * @module
 */
import { createHash, randomBytes } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { alignRecords, sharedRecords } from '../src/alignment/align.ts';
import { identifierOf } from '../src/alignment/identifiers/key.ts';
import { LARGEST_MESSAGE } from '../src/alignment/messages.ts';
import type { AlignmentSetting } from '../src/alignment/setting.ts';
import { connectMesh, type Mesh } from '../src/transport/mesh.ts';
import { type Align, type Connect, PARTIES, report, type Task } from './alignment-task.ts';

let mesh: Mesh;
let node: string;
let runs = 0;

function connect({ self, identities, addresses }: Connect): Promise<Mesh> {
  node = self;
  return connectMesh({
    self,
    order: PARTIES,
    listen: '127.0.0.1:0',
    peers: Object.fromEntries(
      PARTIES.filter((peer) => peer !== self).map((peer) => [
        peer,
        {
          certificate: identities[peer].certificate,
          ...(addresses[peer] === undefined ? {} : { address: addresses[peer] }),
        },
      ]),
    ),
    identity: identities[self],
    agreement: { items: {} },
    offer: { nonce: randomBytes(32), publicKey: randomBytes(32) },
    connectSeconds: 60,
    stallSeconds: 600,
    silenceSeconds: 60,
    maxMessageBytes: LARGEST_MESSAGE,
    onListening: (port) => report({ port }),
  });
}

async function align({ from, to, find, colluding }: Align): Promise<void> {
  const identifiers = Array.from({ length: to - from }, (_, i) => identifierOf([`patient ${from + i}`, '1970-01-01']));
  const session = createHash('sha256').update(`run ${runs++}`).digest();
  const setting: AlignmentSetting = { self: node, parties: PARTIES, links: mesh.links, session, colluding };
  const sentBefore = bytesSent();
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  const [started, cpu] = [performance.now(), process.cpuUsage()];
  const common =
    find === 'all'
      ? (await alignRecords(setting, identifiers)).rows.length
      : Math.min(...[...(await sharedRecords(setting, identifiers)).shared.values()].map((rows) => rows.length));
  const { user, system } = process.cpuUsage(cpu);
  delay.disable();
  report({
    aligned: {
      common,
      sent: bytesSent() - sentBefore,
      seconds: (performance.now() - started) / 1000,
      cpuSeconds: (user + system) / 1e6,
      stillMs: delay.max / 1e6,
    },
  });
}

const bytesSent = () => [...mesh.links.values()].reduce((sum, { sent }) => sum + sent.blinded, 0);

process.on('message', async (task: Task) => {
  if ('connect' in task) {
    mesh = await connect(task.connect);
    report({ connected: true });
  } else {
    await align(task.align);
  }
});
process.on('disconnect', () => process.exit());

/** A node in a service of its operator: here all three in one program, so that the example runs by itself. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createIdentity, type Row, runNode, saveIdentity, TrefoilError } from 'trefoil-mpc';
import { records, screening } from './screening.ts';

/** What one organisation runs. Peers are certificates, and addresses of those before it in the job. */
async function serve(node: string, listen: string, folder: string, data: { train: Row[]; test?: Row[] }) {
  const others = screening.parties.map(({ name }) => name).filter((name) => name !== node);
  const run = runNode(
    {
      node,
      job: 'unused: the job is given below',
      listen,
      identity: join(folder, node),
      peers: Object.fromEntries(
        others.map((peer) => [peer, { address: ADDRESSES[peer], certificate: join(folder, `${peer}.crt`) }]),
      ),
      output: join(folder, `${node}-results`),
    },
    { job: screening, data, signal: stop.signal },
  );
  for await (const event of run) {
    if (event.kind === 'connected') console.log(`${event.node} is connected`);
  }
  return run.result;
}

const ADDRESSES: Record<string, string> = { north: 'localhost:7411', east: 'localhost:7412', south: 'localhost:7413' };
const folder = await mkdtemp(join(tmpdir(), 'trefoil-example-'));
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort('SIGTERM'));
try {
  for (const { name } of screening.parties) await saveIdentity(join(folder, name), await createIdentity({ name }));
  const outcomes = await Promise.all([
    serve('north', ADDRESSES.north, folder, { train: records(0) }),
    serve('east', ADDRESSES.east, folder, { train: records(1), test: records(3) }),
    serve('south', ADDRESSES.south, folder, { train: records(2), test: records(4) }),
  ]);
  for (const { report, kept } of outcomes) {
    console.log(`${report.node}: accuracy ${report.quality.test.accuracy}, model ${kept.modelFile !== undefined}`);
  }
} catch (error) {
  if (error instanceof TrefoilError) console.error(error.code, error.message);
  throw error;
} finally {
  await rm(folder, { recursive: true });
}

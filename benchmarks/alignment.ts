/**
 * How long does it take three processes to find the identifiers that they have in common, and are the bytes those that were planned?
 * @module
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { alignmentQuote, pairName } from '../src/alignment/quote.ts';
import { createIdentity } from '../src/transport/create-identity.ts';
import { type Align, type Aligned, PARTIES, type Report, type Task } from './alignment-task.ts';
import type { BenchmarkResult } from './benchmark.ts';

const SIZES = [1000, 10_000, 100_000];
/** Of each party's identifiers, how many the next party does not have. */
const APART = 0.2;

export async function run(): Promise<BenchmarkResult> {
  const [north, east, south] = await Promise.all(PARTIES.map((name) => createIdentity({ name })));
  const identities = { north, east, south };
  const nodes = PARTIES.map(() => new Node());
  try {
    const addresses: Record<string, string> = {};
    const connected = nodes.map((node) => node.next('connected'));
    for (const [i, node] of nodes.entries()) {
      const listening = node.next('port');
      node.tell({ connect: { self: PARTIES[i], identities, addresses } });
      // The last one listens to nobody.
      if (i < PARTIES.length - 1) addresses[PARTIES[i]] = `127.0.0.1:${await listening}`;
    }
    await Promise.all(connected);
    const rows: Record<string, string | number>[] = [];
    for (const size of SIZES) rows.push(await measure(nodes, size, 'all', 1));
    for (const size of SIZES) rows.push(await measure(nodes, size, 'all', 2));
    rows.push(await measure(nodes, SIZES[SIZES.length - 1], 'pairs', 2));
    return { question: 'Aligning the identifiers of three processes on this machine, gRPC over mutual TLS', rows };
  } finally {
    for (const node of nodes) node.stop();
  }
}

async function measure(
  nodes: readonly Node[],
  size: number,
  find: Align['find'],
  colluding: Align['colluding'],
): Promise<Record<string, string | number>> {
  const shift = size * APART;
  const done = await Promise.all(
    nodes.map((node, i) => {
      const aligned = node.next('aligned');
      node.tell({ align: { from: i * shift, to: i * shift + size, find, colluding } });
      return aligned;
    }),
  );
  const [north, east, south] = PARTIES;
  const next = size - shift;
  const shared = {
    [pairName(north, east)]: next,
    [pairName(east, south)]: next,
    [pairName(north, south)]: next - shift,
  };
  const sizes = Object.fromEntries(PARTIES.map((name) => [name, size]));
  const planned = alignmentQuote(PARTIES, sizes, find === 'all' ? next - shift : shared, find, colluding);
  const counted = total(done, ({ sent }) => sent);
  console.error(`${find}, 3 × ${size}: done`);
  if (counted !== planned.bytes) throw new Error(`${counted} bytes were sent where ${planned.bytes} were planned`);
  return {
    find: find === 'all' ? `all, against ${colluding}` : find,
    identifiers: `3 × ${size}`,
    found: done[0].common,
    seconds: Math.max(...done.map(({ seconds }) => seconds)).toFixed(1),
    'CPU seconds, all': total(done, ({ cpuSeconds }) => cpuSeconds).toFixed(1),
    'longest stand-still (ms)': Math.max(...done.map(({ stillMs }) => stillMs)).toFixed(0),
    'MB sent, as planned': (counted / 1e6).toFixed(1),
    products: Object.values(planned.points).reduce((sum, points) => sum + points, 0),
  };
}

const total = (done: readonly Aligned[], of: (aligned: Aligned) => number): number =>
  done.reduce((sum, aligned) => sum + of(aligned), 0);

class Node {
  readonly #process: ChildProcess = fork(fileURLToPath(new URL('alignment-node.js', import.meta.url)));

  tell(task: Task): void {
    this.#process.send(task);
  }

  /** The next report that has `key`. */
  async next<Key extends keyof Report>(key: Key): Promise<NonNullable<Report[Key]>> {
    for (;;) {
      const [report] = (await once(this.#process, 'message')) as [Report];
      const value = report[key];
      if (value !== undefined) return value;
    }
  }

  stop(): void {
    if (this.#process.connected) this.#process.disconnect();
  }
}

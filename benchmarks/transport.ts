/**
 * How much CPU time does a megabyte cost, by size of message, at the sender and at the receiver?
 * @module
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createIdentity } from '../src/transport/create-identity.ts';
import { type BenchmarkResult, median } from './benchmark.ts';
import type { Report, Task, Transfer } from './transport-task.ts';

const MESSAGE_KIB = [16, 64, 256, 1024, 4096];
/** Of each measured run, so that the time is several hundred times its resolution. */
const RUN_BYTES = 192 << 20;
const REPETITIONS = 3;

export async function run(): Promise<BenchmarkResult> {
  const identities = { north: await createIdentity({ name: 'north' }), east: await createIdentity({ name: 'east' }) };
  const [north, east] = [new Peer(), new Peer()];
  try {
    const listening = north.next('port');
    const connected = [north.next('connected'), east.next('connected')];
    north.tell({ connect: { self: 'north', identities } });
    const address = `127.0.0.1:${await listening}`;
    east.tell({ connect: { self: 'east', identities, address } });
    await Promise.all(connected);
    const rows: Record<string, string | number>[] = [];
    for (const kib of MESSAGE_KIB) rows.push(await measure(north, east, kib * 1024));
    return { question: 'CPU time that a megabyte (10^6 bytes) costs two processes on this machine, TLS', rows };
  } finally {
    north.stop();
    east.stop();
  }
}

async function measure(north: Peer, east: Peer, bytes: number): Promise<Record<string, string | number>> {
  const messages = Math.floor(RUN_BYTES / bytes);
  const size = { bytes, messages };
  const megabytes = (bytes * messages) / 1e6;
  const oneWay = () => both(north, { ...size, sends: 'input' }, east, { ...size, receives: 'input' });
  const bothWays = () =>
    both(north, { ...size, messages: messages / 2, sends: 'input', receives: 'output' }, east, {
      ...size,
      messages: messages / 2,
      sends: 'output',
      receives: 'input',
    });
  await oneWay();
  const [one, two] = [await repeat(oneWay), await repeat(bothWays)];
  const perMegabyte = (times: readonly number[]) => (median(times) / megabytes).toFixed(2);
  return {
    'message (KiB)': bytes / 1024,
    'sender (ms/MB)': perMegabyte(one.map(([sender]) => sender)),
    'receiver (ms/MB)': perMegabyte(one.map(([, receiver]) => receiver)),
    'one way (ms/MB)': perMegabyte(one.map(([sender, receiver]) => sender + receiver)),
    'both ways at once (ms/MB)': perMegabyte(two.map(([a, b]) => a + b)),
  };
}

async function repeat<T>(action: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let i = 0; i < REPETITIONS; i++) results.push(await action());
  return results;
}

function both(a: Peer, atA: Transfer, b: Peer, atB: Transfer): Promise<[number, number]> {
  const times = Promise.all([a.next('cpuMs'), b.next('cpuMs')]);
  b.tell({ transfer: atB });
  a.tell({ transfer: atA });
  return times;
}

class Peer {
  readonly #process: ChildProcess = fork(fileURLToPath(new URL('transport-node.js', import.meta.url)));

  tell(task: Task): void {
    this.#process.send(task);
  }

  /** The next report that has `key`. */
  async next<Key extends keyof Report>(key: Key): Promise<NonNullable<Report[Key]>> {
    // A node that ends leaves nothing else that could keep the benchmark alive.
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

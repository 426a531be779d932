/**
 * The node processes of a rehearsal on one machine: throw-away identities, free ports, and no process left behind.
 * @module
 */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TrefoilError } from '../errors.ts';
import type { Job, NodeConfig } from '../job/schema.ts';
import { createIdentity } from '../transport/create-identity.ts';
import { saveIdentity } from '../transport/identity.ts';
import type { FromNode, ToNode } from './node-messages.ts';

/** After this a node that was asked to stop is killed. */
const GRACE_MS = 3000;

/** Longer than the warning of an ending certificate reaches. */
const REHEARSAL_DAYS = 60;

const program = (name: string) => fileURLToPath(new URL(`../../parties/${name}.js`, import.meta.url));

/** A running node process. */
export class LocalNode {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  #stderr = '';

  constructor(name: string, script: string, args: readonly string[], onMessage: (message: FromNode) => void) {
    this.name = name;
    this.#child = fork(program(script), args, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    this.#child.on('message', onMessage);
    this.#child.stderr?.on('data', (data: Buffer) => {
      this.#stderr += data.toString();
    });
    this.#exited = new Promise((resolve) => {
      this.#child.once('exit', (status, signal) => {
        const how = signal === null ? `ended with status ${status}` : `was killed by ${signal}`;
        const said = this.#stderr === '' ? '' : `; its last words: ${this.#stderr.trim().slice(-400)}`;
        onMessage({
          kind: 'failed',
          code: 'TREFOIL_PEER',
          message: `the process of ${name} ${how}${said}`,
          place: { party: name },
        });
        resolve();
      });
    });
  }

  tell(message: ToNode): void {
    if (this.#child.connected) this.#child.send(message);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), GRACE_MS);
    await this.#exited;
    clearTimeout(timer);
  }
}

/** A folder with an identity and a configuration for every node, for this run alone. */
export class Rehearsal {
  readonly folder: string;
  readonly configs: ReadonlyMap<string, string>;

  private constructor(folder: string, configs: ReadonlyMap<string, string>) {
    this.folder = folder;
    this.configs = configs;
  }

  /** `nodes` by name in the order of the job, the dealer first: their real configurations, of which data and output are used. */
  static async create(jobFile: string, nodes: ReadonlyMap<string, NodeConfig>): Promise<Rehearsal> {
    const folder = await mkdtemp(join(tmpdir(), 'trefoil-'));
    const configs = new Map<string, string>();
    try {
      for (const name of nodes.keys())
        await saveIdentity(join(folder, name), await createIdentity({ name, days: REHEARSAL_DAYS }));
      for (const [name, { data, output, connectSeconds }] of nodes) {
        const others = [...nodes.keys()].filter((other) => other !== name);
        const file = join(folder, `${name}.yaml`);
        const config = {
          node: name,
          job: jobFile,
          listen: 'localhost:0',
          identity: name,
          // The real addresses are known once the nodes listen.
          peers: Object.fromEntries(
            others.map((peer) => [peer, { address: 'localhost:1', certificate: `${peer}.crt` }]),
          ),
          ...(name === 'dealer' ? {} : { data }),
          output,
          connectSeconds: Math.min(connectSeconds, 30),
        };
        await writeFile(file, JSON.stringify(config));
        configs.set(name, file);
      }
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
    return new Rehearsal(folder, configs);
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** What a node said, as an error again. */
export function failureOf({ code, message, place }: Extract<FromNode, { kind: 'failed' }>): TrefoilError {
  return new TrefoilError(code, message, { place });
}

export const nodeNames = (job: Job): string[] => [
  ...(job.trust === 'dealer' ? ['dealer'] : []),
  ...job.parties.map(({ name }) => name),
];

/**
 * One node of a rehearsal: a process, what it has said, and its end.
 * @module
 */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { TrefoilError } from '../../errors.ts';
import { type FromNode, failureOf, type ToNode } from './node-messages.ts';

/** After this a node that was asked to stop is killed. */
const GRACE_MS = 3000;
/** Of what a dying process printed. */
const LAST_WORDS = 400;

type Said<Kind> = Extract<FromNode, { kind: Kind }>;

export class LocalNode {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  readonly #said = new Map<string, FromNode>();
  #failure: TrefoilError | undefined;
  #waiting: (() => void)[] = [];
  #stderr = '';

  /** Starts a program of parties/. */
  constructor(name: string, program: string, args: readonly string[], onMessage: (message: FromNode) => void) {
    this.name = name;
    const file = fileURLToPath(new URL(`../../../parties/${program}.js`, import.meta.url));
    // A model of millions of numbers is more than one string of JSON holds.
    this.#child = fork(file, args, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], serialization: 'advanced' });
    this.#child.stderr?.on('data', (data: Buffer) => {
      this.#stderr = `${this.#stderr}${data}`.slice(-LAST_WORDS);
    });
    this.#child.on('message', (message: FromNode) => {
      if (message.kind === 'failed') this.#failure ??= failureOf(message);
      this.#said.set(message.kind, message);
      onMessage(message);
      this.#look();
    });
    this.#exited = new Promise((resolve) => {
      const end = (how: string) => {
        const words = this.#stderr.trim();
        const message = `the process of ${name} ${how}${words === '' ? '' : `; its last words: ${words}`}`;
        this.#failure ??= new TrefoilError('TREFOIL_PEER', message, { place: { party: name } });
        this.#look();
        resolve();
      };
      this.#child.once('error', (error) => end(`can not be started: ${error.message}`));
      this.#child.once('exit', (status, signal) =>
        end(signal === null ? `ended with status ${status}` : `was killed by ${signal}`),
      );
    });
  }

  /** The message of this kind, once it has come; rejects when the node fails before. */
  said<Kind extends FromNode['kind']>(kind: Kind): Promise<Said<Kind>> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const message = this.#said.get(kind);
        if (message !== undefined) resolve(message as Said<Kind>);
        else if (this.#failure !== undefined) reject(this.#failure);
        else this.#waiting.push(look);
      };
      look();
    });
  }

  tell(message: ToNode): void {
    if (this.#child.connected) this.#child.send(message);
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), GRACE_MS);
    await this.#exited;
    clearTimeout(timer);
  }

  #look(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const look of waiting) look();
  }
}

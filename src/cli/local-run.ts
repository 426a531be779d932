/**
 * Runs all nodes of a job as processes of this machine, and finds the root of what went wrong when something does.
 * @module
 */
import { TrefoilError } from '../errors.ts';
import type { NodeResult } from '../job/report.ts';
import type { Job } from '../job/schema.ts';
import { failureOf, LocalNode, nodeNames, type Rehearsal } from './local-nodes.ts';
import type { FromNode } from './node-messages.ts';
import type { ProgressDisplay } from './progress.ts';

/** After a first failure the other nodes have this long to say what they saw. */
const SETTLE_MS = 10_000;

/** Starts all nodes, lets them connect in order, and waits for all results; stops all of them whatever happens. */
export async function runNodes(
  job: Job,
  rehearsal: Rehearsal,
  display: ProgressDisplay,
  stop: AbortSignal,
): Promise<{ results: NodeResult[]; publicSeed: string }> {
  const names = nodeNames(job);
  const run = new LocalRun(names, display);
  stop.addEventListener('abort', () => run.fail(new TrefoilError('TREFOIL_ABORTED', `stopped by ${stop.reason}`)));
  const nodes = names.map((name) => {
    const config = rehearsal.configs.get(name) ?? '';
    const args = ['--config', config, '--trust', job.trust];
    const script = name === 'dealer' ? 'dealer' : 'party';
    return new LocalNode(name, script, args, (message) => run.onMessage(name, message));
  });
  try {
    await run.prepared;
    const addresses: Record<string, string> = {};
    for (const [i, node] of nodes.entries()) {
      node.tell({ kind: 'connect', addresses: { ...addresses } });
      if (i < nodes.length - 1) addresses[node.name] = `localhost:${await run.portOf(node.name)}`;
    }
    return await run.finished;
  } finally {
    display.stop();
    await Promise.all(nodes.map((node) => node.stop()));
  }
}

/** What the nodes of a run have said so far. */
class LocalRun {
  readonly prepared: Promise<void>;
  readonly finished: Promise<{ results: NodeResult[]; publicSeed: string }>;
  readonly #names: readonly string[];
  readonly #display: ProgressDisplay;
  readonly #ready = new Set<string>();
  readonly #ports = new Map<string, number>();
  readonly #results = new Map<string, NodeResult>();
  readonly #failures = new Map<string, TrefoilError>();
  #publicSeed = '';
  #onChange: (() => void)[] = [];
  #failed: TrefoilError | undefined;
  #settling = false;

  constructor(names: readonly string[], display: ProgressDisplay) {
    this.#names = names;
    this.#display = display;
    this.prepared = this.#when(() => (this.#ready.size === names.length ? true : undefined)).then(() => undefined);
    this.finished = this.#when(() =>
      this.#results.size === names.length
        ? { results: names.flatMap((name) => this.#results.get(name) ?? []), publicSeed: this.#publicSeed }
        : undefined,
    );
    // Whoever awaits one of them sees the failure.
    for (const promise of [this.prepared, this.finished]) promise.catch(() => undefined);
  }

  portOf(name: string): Promise<number> {
    return this.#when(() => this.#ports.get(name));
  }

  onMessage(name: string, message: FromNode): void {
    switch (message.kind) {
      case 'prepared':
        this.#ready.add(name);
        break;
      case 'listening':
        this.#ports.set(name, message.port);
        break;
      case 'connected':
        break;
      case 'progress':
        if (name === this.#names[this.#names.length - 1]) this.#display.update(message.progress);
        break;
      case 'trainingLoss':
        this.#display.loss(message.loss);
        break;
      case 'finished':
        this.#results.set(name, message.result);
        this.#publicSeed = message.publicSeed;
        break;
      case 'failed':
        if (this.#results.has(name)) break; // It ends after it has finished.
        if (!this.#failures.has(name)) this.#failures.set(name, failureOf(message));
        this.#settle();
    }
    this.#change();
  }

  fail(error: TrefoilError): void {
    this.#failed ??= error;
    this.#change();
  }

  /** Gives the others a moment to say what they saw, then reports the root of it. */
  #settle(): void {
    if (this.#settling) return;
    this.#settling = true;
    const conclude = () => this.fail(rootCause([...this.#failures.values()]));
    setTimeout(conclude, SETTLE_MS).unref();
    void this.#when(() => (this.#failures.size + this.#results.size === this.#names.length ? true : undefined)).then(
      conclude,
      () => undefined,
    );
  }

  #change(): void {
    for (const check of [...this.#onChange]) check();
  }

  #when<T>(value: () => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const check = () => {
        const known = value();
        if (this.#failed === undefined && known === undefined) return;
        this.#onChange = this.#onChange.filter((other) => other !== check);
        if (this.#failed !== undefined) reject(this.#failed);
        else if (known !== undefined) resolve(known);
      };
      this.#onChange.push(check);
      check();
    });
  }
}

/** The failure that the others follow from: one that is no report of somebody else's. */
function rootCause(failures: readonly TrefoilError[]): TrefoilError {
  const own = failures.filter(({ code }) => code !== 'TREFOIL_ABORTED' && code !== 'TREFOIL_PEER');
  const messages = [...new Set(own.map(({ message }) => message))];
  if (messages.length > 1) {
    return new TrefoilError(own[0].code, 'several nodes have problems:', { problems: messages });
  }
  if (messages.length === 1) return own[0];
  const [first, ...rest] = failures;
  return rest.length === 0
    ? first
    : new TrefoilError(first.code, 'the nodes report:', {
        problems: failures.map(({ message }) => message),
        place: first.place,
      });
}

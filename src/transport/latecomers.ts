/**
 * Peers that come only after this node has given up: each is still told why.
 * @module
 */
import { TrefoilError } from '../errors.ts';
import type { Wire } from './grpc-link.ts';

/** How long a node that gives up before all are connected stays, to tell those that are just coming. */
const LINGER_MS = 2000;

export class Latecomers {
  /** Peers that have spoken with this node, or never will. */
  readonly #met = new Set<string>();
  /** Streams on which they are told. */
  readonly #wires: Wire[] = [];
  #onProgress: () => void = () => undefined;

  meet(peer: string): void {
    this.#met.add(peer);
  }

  hasMet(peer: string): boolean {
    return this.#met.has(peer);
  }

  /** Says `farewell` to a peer that this node has dialled; `refused` is called where the peer did not answer. */
  tell(peer: string, wire: Wire, farewell: Buffer, refused: () => void): void {
    wire.listen(
      () => this.meet(peer),
      () => (this.#met.has(peer) ? this.#onProgress() : refused()),
    );
    wire.write(farewell);
    wire.finish();
    this.#wires.push(wire);
  }

  /** Says it to whoever has dialled this node. */
  answer(wire: Wire, farewell: Buffer): void {
    wire.write(farewell);
    wire.finish();
    this.#onProgress();
  }

  /** Returns when all `peers` have heard it, or soon anyway. `begin` looks for those to dial. */
  async wait(peers: readonly string[], stop: AbortSignal | undefined, begin: () => void): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      timer = setTimeout(resolve, LINGER_MS);
      stop?.addEventListener('abort', () => resolve());
      this.#onProgress = () => peers.every((peer) => this.#met.has(peer)) && resolve();
      this.#onProgress();
      begin();
    });
    clearTimeout(timer);
  }

  kill(): void {
    for (const wire of this.#wires) wire.kill();
  }
}

/** What a second process of a peer hears. */
export const connectedAlready = () =>
  new TrefoilError('TREFOIL_PEER', 'this node is connected already', { facts: { how: 'connected already' } });

/**
 * All nodes of a run in one process: they meet, agree and end as over a network, and their messages are copied in memory.
 * @module
 */
import { invariant, type TrefoilError } from '../errors.ts';
import { stoppedBy } from './faults.ts';
import { type MemoryLink, memoryLinks } from './memory-links.ts';
import type { Mesh } from './mesh.ts';
import type { Offer } from './mesh-options.ts';

/** A place where all nodes of one run meet. */
export class MemoryMeeting {
  readonly #links: ReadonlyMap<string, ReadonlyMap<string, MemoryLink>>;
  readonly #offers = new Map<string, Offer>();
  readonly #complete = new Event();
  readonly #over = new Event();
  #open: number;

  /** `names`: of all nodes. */
  constructor(names: readonly string[]) {
    this.#links = memoryLinks(names);
    this.#open = names.length;
  }

  /** Resolves once all nodes are there. */
  async connect(self: string, offer: Offer, stop: AbortSignal): Promise<Mesh> {
    const links = this.#links.get(self);
    invariant(links !== undefined, `${self} is one of the nodes`);
    const abort = (error: TrefoilError) => {
      for (const link of links.values()) link.abort(error);
    };
    const failed = new Promise<never>((_, reject) => {
      const end = () => {
        const error = stoppedBy(self, String(stop.reason));
        reject(error);
        abort(error);
      };
      if (stop.aborted) end();
      stop.addEventListener('abort', end, { once: true });
    });
    // Whoever does not race on it learns of the failure from a link.
    failed.catch(() => undefined);
    this.#offers.set(self, offer);
    if (this.#offers.size === this.#links.size) this.#complete.happen();
    await Promise.race([this.#complete.happened, failed]);
    return {
      links,
      offers: this.#offers,
      failed,
      abort: async (error) => abort(error),
      close: async () => {
        this.#open--;
        if (this.#open === 0) this.#over.happen();
        await Promise.race([this.#over.happened, failed, ...[...links.values()].map((link) => link.failed)]);
      },
    };
  }
}

class Event {
  happen: () => void = () => undefined;
  readonly happened = new Promise<void>((resolve) => {
    this.happen = resolve;
  });
}

/**
 * How this node and one peer find out whether they run the same job.
 * @module
 */
import type { TrefoilError } from '../errors.ts';
import { Comparison } from './agreement-check.ts';
import { malformed } from './faults.ts';
import type { Details, Hello } from './frames.ts';
import { agreementOf, checkHello } from './handshake.ts';
import type { MeshOptions, Offer } from './mesh-options.ts';

/** How long a peer with another agreement may take to name the differences. */
const COMPARE_MS = 2000;

/** What an introduction can do to its link. */
interface Ends {
  /** Says more of what this node does not agree with. False: that is too much for one frame. */
  explain(items: Details['items']): boolean;
  fail(error: TrefoilError): void;
}

export class Introduction {
  readonly #peer: string;
  readonly #options: MeshOptions;
  readonly #ends: Ends;
  #comparison: Comparison | undefined;

  constructor(peer: string, options: MeshOptions, ends: Ends) {
    this.#peer = peer;
    this.#options = options;
    this.#ends = ends;
  }

  /** What both nodes have found to differ so far, if anything. */
  get disagreement(): TrefoilError | undefined {
    return this.#comparison?.error();
  }

  /** The offer of a peer that runs the same job. Undefined: it runs another one, and both nodes now name the differences. */
  hello(hello: Hello): Offer | undefined {
    const offer = checkHello(hello, this.#peer, this.#options);
    const comparison = new Comparison(this.#peer, agreementOf(this.#options), hello.agreement);
    if (comparison.isEqual) return offer;
    this.#comparison = comparison;
    setTimeout(() => this.#ends.fail(comparison.error()), COMPARE_MS).unref();
    this.#compare(comparison);
    return undefined;
  }

  /** Takes what the peer says of a difference. */
  details({ items }: Details): void {
    const comparison = this.#comparison;
    if (comparison?.isOpen !== true) {
      this.#ends.fail(malformed(this.#peer, 'sent details that nobody asked for'));
      return;
    }
    comparison.accept(items);
    this.#compare(comparison);
  }

  #compare(comparison: Comparison): void {
    if (!comparison.isOpen || !this.#ends.explain(comparison.next())) this.#ends.fail(comparison.error());
  }
}

/**
 * The mask shares and other correlated randomness that an evaluator expands, read again from the streams that it shares with the dealer.
 * @module
 */
import { invariant } from '../../errors.ts';
import type { Plan } from '../../plan/plan.ts';
import { lastEvaluator } from '../../plan/quote/cost.ts';
import type { PhaseLayout } from '../../plan/write/layout.ts';
import { type ByteStream, type Streams, streamStride } from '../../prg/stream.ts';
import type { NodeView } from './node-view.ts';

export class MaterialOf {
  readonly node: string;
  readonly #plan: Plan;
  readonly #layouts: readonly PhaseLayout[];
  readonly #streams: Streams;
  readonly #opened = new Map<number, ByteStream>();

  constructor(plan: Plan, layouts: readonly PhaseLayout[], { node, shared }: NodeView) {
    const streams = shared.get(plan.roles.dealer);
    invariant(streams !== undefined, 'an evaluator shares streams with the dealer');
    this.node = node;
    this.#plan = plan;
    this.#layouts = layouts;
    this.#streams = streams;
  }

  /** Of one repetition, as `plan/layout.ts` places it; the last evaluator's ends before the corrections. */
  of(session: number, repetition: number): BigUint64Array {
    const { materialWords, seededWords } = this.#layouts[this.#plan.sessions[session].phase];
    const bytes = 8 * (this.node === lastEvaluator(this.#plan.roles) ? seededWords : materialWords);
    return new BigUint64Array(
      new Uint8Array(this.#stream(session).read(repetition * streamStride(bytes), bytes)).buffer,
    );
  }

  #stream(session: number): ByteStream {
    const known = this.#opened.get(session);
    if (known !== undefined) return known;
    const stream = this.#streams.stream(`material ${session}`);
    this.#opened.set(session, stream);
    return stream;
  }
}

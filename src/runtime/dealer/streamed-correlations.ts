/**
 * Masks that a dealer expands from the streams that it shares with each evaluator. What it deals from them goes to the last evaluator as corrections, several
 * repetitions in one message.
 * @module
 */
import { invariant } from '../../errors.ts';
import type { AddMasks, RecordMaskOptions } from '../../operations/execution.ts';
import type { ValueId } from '../../operations/value.ts';
import type { Plan } from '../../plan/plan.ts';
import { correctionsPerMessage, lastEvaluator } from '../../plan/quote/cost.ts';
import type { Streams } from '../../prg/stream.ts';
import type { DealtTensor } from '../../protocol/tensors.ts';
import type { RingMemory } from '../../ring/ring-memory.ts';
import type { Slices } from '../../slices.ts';
import type { CreditedSender } from '../corrections.ts';
import type { DealerCorrelations, MaskPlaces, PhaseMasks, SessionMasks } from '../correlations.ts';
import type { Node } from '../node.ts';
import { RecordMasks } from '../record-masks.ts';
import type { Workspace } from '../workspace.ts';
import { Expansions } from './expansions.ts';

export class StreamedCorrelations implements DealerCorrelations {
  readonly #parts: Parts;
  readonly #records: RecordMasks;

  constructor({ plan, self, shared }: Node, workspace: Workspace, senders: ReadonlyMap<string, CreditedSender>) {
    const sender = senders.get(lastEvaluator(plan.roles));
    invariant(sender !== undefined, 'the dealer is linked to the last evaluator');
    this.#parts = { plan, shared, sender, memory: workspace.memory };
    this.#records = new RecordMasks(plan, self, shared, workspace);
  }

  recordMasks(records: ValueId, options?: RecordMaskOptions): AddMasks {
    return this.#records.adder(records, options);
  }

  phase(places: MaskPlaces): PhaseMasks {
    return new StreamedPhase(this.#parts, places);
  }
}

interface Parts {
  readonly plan: Plan;
  readonly shared: ReadonlyMap<string, Streams>;
  readonly sender: CreditedSender;
  readonly memory: RingMemory;
}

class StreamedPhase implements PhaseMasks {
  readonly #parts: Parts;
  readonly #places: MaskPlaces;
  readonly #expansions: Expansions;

  constructor(parts: Parts, places: MaskPlaces) {
    const { layout, operations } = places;
    this.#parts = parts;
    this.#places = places;
    this.#expansions = new Expansions(layout, operations, places, parts.memory, parts.plan.roles.evaluators.length);
  }

  expanded(operation: number, item: number): readonly DealtTensor[] {
    return this.#expansions.expanded(operation, item);
  }

  hasOwn(operation: number): boolean {
    return this.#expansions.hasOwn(operation);
  }

  begin(operation: number): Slices {
    return this.#expansions.begin(operation);
  }

  end(operation: number): Slices {
    return this.#expansions.end(operation);
  }

  session(session: number, repeat: number): SessionMasks {
    const { plan, shared, sender, memory } = this.#parts;
    const { phase, layout, whole } = this.#places;
    const expansions = this.#expansions;
    const streams = plan.roles.evaluators.map((evaluator) => {
      const own = shared.get(evaluator);
      invariant(own !== undefined, 'the dealer shares streams with every evaluator');
      return own.stream(`material ${session}`);
    });
    const bytes = 8 * (layout.materialWords - layout.seededWords);
    const group = correctionsPerMessage(phase, bytes, repeat);
    const message = new Uint8Array(group > 1 ? bytes * group : 0);
    return {
      prepare(repetition) {
        expansions.enter(streams, repetition);
        return expansions.addUp();
      },
      correct: () => expansions.correct(),
      async send(repetition) {
        const within = repetition % group;
        const corrections = memory.u8(whole + 8 * layout.seededWords, bytes);
        if (group > 1) message.set(corrections, within * bytes);
        if (bytes === 0 || (within < group - 1 && repetition < repeat - 1)) return false;
        // One alone needs no copy: the workspace keeps it until the next repetition.
        const bundle = group > 1 ? message.subarray(0, (within + 1) * bytes) : corrections;
        await sender.send('correction', { phase: session, step: repetition - within, round: 0 }, bundle);
        return true;
      },
    };
  }
}

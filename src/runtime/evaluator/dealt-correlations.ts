/**
 * Correlated randomness from a dealer: expanded from the streams that the evaluator shares with it, and for the last evaluator corrected by what it sends.
 * @module
 */
import { invariant } from '../../errors.ts';
import type { AddMasks, RecordMaskOptions } from '../../operations/execution.ts';
import type { ValueId } from '../../operations/value.ts';
import { correctionsPerMessage, lastEvaluator } from '../../plan/quote/cost.ts';
import { fillFrom, type Streams, streamStride } from '../../prg/stream.ts';
import { DONE } from '../../slices.ts';
import { CorrectionReceiver } from '../corrections.ts';
import type { Correlations, MaterialPlaces, SessionMaterial } from '../correlations.ts';
import type { Node } from '../node.ts';
import { type Profile, timed, timedSlices } from '../profile/profile.ts';
import { RecordMasks } from '../record-masks.ts';
import type { Workspace } from '../workspace.ts';

export class DealtCorrelations implements Correlations {
  readonly #workspace: Workspace;
  readonly #profile: Profile | undefined;
  readonly #streams: Streams;
  readonly #records: RecordMasks;
  /** Absent at all evaluators but the last. */
  readonly #corrections: CorrectionReceiver | undefined;

  constructor({ plan, self, shared, links, profile }: Node, workspace: Workspace) {
    const { dealer } = plan.roles;
    const [streams, link] = [shared.get(dealer), links.get(dealer)];
    invariant(streams !== undefined, 'an evaluator shares streams with the dealer');
    invariant(link !== undefined, `there is a link to ${dealer}`);
    this.#workspace = workspace;
    this.#profile = profile;
    this.#streams = streams;
    this.#records = new RecordMasks(plan, self, shared, workspace);
    this.#corrections = lastEvaluator(plan.roles) === self ? new CorrectionReceiver(link) : undefined;
  }

  recordMasks(records: ValueId, options?: RecordMaskOptions): AddMasks {
    return this.#records.adder(records, options);
  }

  session(session: number, places: MaterialPlaces, repeat: number): SessionMaterial {
    const { layout, material, nextMaterial } = places;
    const { memory, machine } = this.#workspace;
    const stream = this.#streams.stream(`material ${session}`);
    // The last evaluator expands what comes before the corrections.
    const bytes = 8 * (this.#corrections === undefined ? layout.materialWords : layout.seededWords);
    const isAhead = nextMaterial !== material;
    const expand = timedSlices(this.#profile, 'expanding masks', (repetition: number) =>
      fillFrom(stream, memory, nextMaterial, repetition * streamStride(bytes), bytes),
    );
    const take = timed(this.#profile, 'placing masks', () => machine.kernels.copy(material, nextMaterial, bytes));
    const correct = this.#correcting(session, places, repeat);
    return {
      begin: () => (isAhead && repeat > 0 ? expand(0) : DONE),
      prepare: (repetition) => (isAhead ? DONE : expand(repetition)),
      place(repetition) {
        if (isAhead) take();
        return correct?.(repetition);
      },
      ahead: (repetition) => (isAhead && repetition + 1 < repeat ? expand(repetition + 1) : DONE),
    };
  }

  /** Puts the corrections of a repetition in their place, where this evaluator is sent any. */
  #correcting(
    session: number,
    { phase, layout, material }: MaterialPlaces,
    repeat: number,
  ): ((repetition: number) => Promise<void>) | undefined {
    const { memory } = this.#workspace;
    const corrections = this.#corrections;
    const [seeded, corrected] = [8 * layout.seededWords, 8 * (layout.materialWords - layout.seededWords)];
    if (corrections === undefined || corrected === 0) return undefined;
    const group = correctionsPerMessage(phase, corrected, repeat);
    const put = timed(this.#profile, 'placing corrections', (bytes: Uint8Array) =>
      memory.u8(material + seeded, corrected).set(bytes),
    );
    return async (repetition) => put(await corrections.next(session, repetition, repeat, corrected, group));
  }
}

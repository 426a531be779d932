/**
 * One phase at the dealer, compiled once: its masks, its operations as steps, and what the dealer enters where it is a party.
 * @module
 */
import type { EnteringOp } from '../../operations/entering.ts';
import { type DealerContext, inSlices, type NodeContext, type Step } from '../../operations/execution.ts';
import type { DealerSlots } from '../../operations/slots.ts';
import { declared } from '../../operations/table.ts';
import { type Phase, sizeOf, updateStart } from '../../plan/plan.ts';
import { layersOfOperations } from '../../plan/quote/by-layer.ts';
import { entriesOfPhase, entrySize } from '../../plan/quote/cost.ts';
import { elementsOf } from '../../plan/quote/work.ts';
import { dealerPlaces } from '../../plan/write/dealer-places.ts';
import { type PhaseLayout, phaseLayout } from '../../plan/write/layout.ts';
import { maskNeeds } from '../../plan/write/mask-needs.ts';
import type { Room } from '../../plan/write/places.ts';
import { dealtTensor } from '../../protocol/tensors.ts';
import type { Pace } from '../../slices.ts';
import { pausing, type StateUpdate, takeSteps, takeUpdates, timedStep } from '../compiled-steps.ts';
import type { DealerCorrelations, PhaseMasks, SessionMasks } from '../correlations.ts';
import { type OwnEntry, ownEntry } from '../entry.ts';
import { GatheredRows } from '../gathered-rows.ts';
import type { Node } from '../node.ts';
import { nodeContext } from '../node-context.ts';
import { type Profile, timed, timedSlices } from '../profile/profile.ts';
import type { Workspace } from '../workspace.ts';

export class DealerPhase {
  readonly phase: Phase;
  /** The masks of the state, and of this phase. */
  readonly slots: DealerSlots;
  readonly layout: PhaseLayout;
  readonly gatheredRows: GatheredRows;
  /** Address of the public random words of one repetition. */
  readonly publicWords: number;
  /** True: an operation deals by public random words. False: the dealer expands none. */
  readonly readsPublicWords: boolean;
  /** What this party enters. */
  readonly own: readonly OwnEntry[];
  readonly #profile: Profile | undefined;
  readonly #masks: PhaseMasks;
  readonly #steps: readonly Step[];
  readonly #updates: readonly StateUpdate[];

  constructor(node: Node, workspace: Workspace, slots: DealerSlots, correlations: DealerCorrelations, phase: Phase) {
    const { plan, self, profile } = node;
    const recordMasks: NodeContext['recordMasks'] = (records, options) => correlations.recordMasks(records, options);
    const ops = phase.ops.map(({ op }) => op);
    this.phase = phase;
    this.slots = slots;
    this.layout = phaseLayout(plan, phase);
    this.gatheredRows = new GatheredRows(workspace);
    const whole = workspace.words(this.layout.materialWords);
    const { places, operations, piece } = dealerPlaces(plan, phase, this.layout);
    const base = workspace.memory.allocate(places.bytes);
    const addressOf = (room: Room | undefined) => base + places.at(room);
    const masks = correlations.phase({
      ...{ phase, layout: this.layout, operations },
      ...{ whole, piece: addressOf(piece), addressOf },
    });
    this.publicWords = workspace.words(this.layout.publicWords);
    this.readsPublicWords = ops.some((op) => declared(op).dealerReadsPublicWords === true);
    this.#profile = profile;
    this.#masks = masks;
    const needs = maskNeeds(
      ops,
      plan.values,
      phase.updates.map(({ from }) => from),
    );
    const context: DealerContext = {
      ...nodeContext({ plan, workspace, gatheredRows: this.gatheredRows, recordMasks }),
      slots,
      needsOf: (id) => needs.get(id),
    };
    const layers = profile === undefined ? [] : layersOfOperations(plan, phase);
    this.#steps = ops.flatMap((op, operation) => {
      const items = this.layout.material[operation].map((word, item) => ({
        whole: dealtTensor(whole + 8 * word),
        expanded: masks.expanded(operation, item),
      }));
      const rooms = operations[operation];
      const at = {
        items,
        publicWords: this.publicWords + 8 * this.layout.publicAt[operation],
        whole: () => dealtTensor(addressOf(rooms.whole)),
        spread: rooms.spread.map((room) => dealtTensor(addressOf(room))),
        uncorrected: () => dealtTensor(addressOf(rooms.uncorrected)),
        temporary: rooms.temporary.map(addressOf),
      };
      const dealing = pausing(declared(op).deal(op, at, context), elementsOf(plan, op));
      const step = timedStep(profile, op.op, dealing, layers[operation]);
      if (!masks.hasOwn(operation)) return [step];
      const begin = inSlices(timedSlices(profile, 'expanding masks', () => masks.begin(operation)));
      const end = inSlices(timedSlices(profile, 'making corrections', () => masks.end(operation)));
      return [begin, step, end];
    });
    const { kernels } = workspace.machine;
    this.#updates = phase.updates.map((update): StateUpdate => {
      const elements = sizeOf(plan.values[update.from]);
      const copies = [slots.whole(update.state), ...slots.spread(update.state)].map((to, i) => {
        const of = [slots.whole(update.from), ...slots.spread(update.from)][i];
        return (start: number) => kernels.copy(to.at + start, of.at, 8 * elements);
      });
      const copy = timed(profile, 'updating state', (repetition: number) => {
        const start = 8 * updateStart(plan, update, repetition);
        for (const each of copies) each(start);
      });
      return { elements, copy };
    });
    // What this party enters is masked on its way out and not kept.
    const maskOf = ({ into }: EnteringOp) => slots.whole(into);
    this.own = entriesOfPhase(phase, plan.values)
      .filter(({ owner }) => owner === self)
      .map((op) => {
        const bytes = 8 * entrySize(op);
        const room = workspace.memory.allocate(bytes);
        return ownEntry({ op, bytes, at: () => room }, { node, workspace, recordMasks, maskOf });
      });
  }

  /** The masks of a session, which repeats the phase so many times. */
  session(session: number, repeat: number): SessionMasks {
    return this.#masks.session(session, repeat);
  }

  /** Deals one repetition of the session that the masks belong to. */
  async deal(masks: SessionMasks, repetition: number, pace: Pace): Promise<void> {
    await pace.through(timedSlices(this.#profile, 'expanding masks', () => masks.prepare(repetition))());
    await takeSteps(this.#steps, pace);
    await pace.through(timedSlices(this.#profile, 'making corrections', () => masks.correct(repetition))());
  }

  /** Takes over the new masks of the state. */
  async update(repetition: number, pace: Pace): Promise<void> {
    await takeUpdates(this.#updates, repetition, pace);
  }
}

/**
 * One phase at one evaluator, compiled once: its material, its messages, and its operations as steps between exchanges.
 * @module
 */
import { invariant } from '../../errors.ts';
import type { EnteringOp } from '../../operations/entering.ts';
import type { EvaluatorContext, NodeContext, Step } from '../../operations/execution.ts';
import type { EvaluatorSlots } from '../../operations/slots.ts';
import { declared } from '../../operations/table.ts';
import { alarmWords, type Phase, sizeOf, updateStart } from '../../plan/plan.ts';
import { layersOfOperations } from '../../plan/quote/by-layer.ts';
import { entriesOfPhase, entrySize } from '../../plan/quote/cost.ts';
import { elementsOf } from '../../plan/quote/work.ts';
import { firstRowOf } from '../../plan/records.ts';
import { evaluatorNeeds, evaluatorPlaces, type RoundRooms } from '../../plan/write/evaluator-places.ts';
import { expandsAhead, type PhaseLayout, type PlacedOpening, phaseLayout } from '../../plan/write/layout.ts';
import type { Room } from '../../plan/write/places.ts';
import { publicTensor, shareTensor } from '../../protocol/tensors.ts';
import type { Pace, Slices } from '../../slices.ts';
import type { Position } from '../../transport/link.ts';
import { enteredBy } from '../../trust/roles.ts';
import { pausing, type StateUpdate, takeSteps, takeUpdates, timedStep } from '../compiled-steps.ts';
import type { Correlations } from '../correlations.ts';
import { type Entry, type OwnEntry, ownEntry, type SharedEntry, sharedEntry } from '../entry.ts';
import { GatheredRows } from '../gathered-rows.ts';
import type { Node } from '../node.ts';
import { nodeContext } from '../node-context.ts';
import type { OwnNoise } from '../own-noise.ts';
import { type Profile, timed, timedSlices } from '../profile/profile.ts';
import type { Workspace } from '../workspace.ts';

interface CompiledRound {
  readonly bytes: number;
  readonly outgoing: number;
  readonly opened: number;
  readonly incoming: number;
  /** Adds a message at `from` to what was opened so far. */
  readonly combine: (from: number) => void;
  readonly clear: () => void;
}

/** Packed fields are read and written in whole words. */
const PAD = 8;

export class EvaluatorPhase {
  readonly phase: Phase;
  /** The state, and the values of this phase. */
  readonly slots: EvaluatorSlots;
  readonly layout: PhaseLayout;
  readonly gatheredRows: GatheredRows;
  /** Address of the material of one repetition, and where that of the next is expanded: the same if not meanwhile. */
  readonly material: number;
  readonly nextMaterial: number;
  /** Address of the public random words of one repetition. */
  readonly publicWords: number;
  /** All that enters; of that what this evaluator enters, and what each other node does. */
  readonly entered: readonly Entry[];
  readonly own: readonly OwnEntry[];
  readonly others: ReadonlyMap<string, readonly (Entry | SharedEntry)[]>;
  /** Of what it enters, its shares of the records of owners that run no node. */
  readonly shared: readonly SharedEntry[];
  readonly #workspace: Workspace;
  readonly #profile: Profile | undefined;
  readonly #steps: Step[][];
  readonly #rounds: readonly CompiledRound[];
  readonly #peers: readonly string[];
  readonly #noises: OwnNoise[] = [];
  readonly #updates: readonly StateUpdate[];

  constructor(
    node: Node,
    workspace: Workspace,
    slots: EvaluatorSlots,
    correlations: Correlations,
    phase: Phase,
    alarm: number,
  ) {
    const { plan, self, profile } = node;
    const recordMasks: NodeContext['recordMasks'] = (records, options) => correlations.recordMasks(records, options);
    this.phase = phase;
    this.slots = slots;
    this.layout = phaseLayout(plan, phase);
    this.#workspace = workspace;
    this.#profile = profile;
    this.#peers = plan.roles.evaluators.filter((name) => name !== self);
    this.gatheredRows = new GatheredRows(workspace);
    this.material = workspace.words(this.layout.materialWords);
    this.nextMaterial = expandsAhead(this.layout) ? workspace.words(this.layout.materialWords) : this.material;
    this.publicWords = workspace.words(this.layout.publicWords);
    const placed = this.layout.rounds.map(() => new Map<PlacedOpening, number>());
    // One round's messages are done with when the next begins.
    const largest = this.layout.rounds.reduce((most, { bytes }) => Math.max(most, bytes), 0);
    const [outgoing, incoming] = [0, 1].map(() => workspace.memory.allocate(largest + PAD));
    const { places, operations, rounds } = evaluatorPlaces(plan, phase, this.layout);
    const base = workspace.memory.allocate(places.bytes);
    const at = (room: Room | undefined) => base + places.at(room);
    this.#rounds = rounds.map((rooms, r) => this.#compileRound(r, rooms, at, placed[r], { outgoing, incoming }));

    const entries = this.#placeEntries(node, slots);
    const maskOf = ({ into }: EnteringOp) => slots.masked(into).mask;
    const entering = { node, workspace, recordMasks, maskOf };
    const entered = entries.map((entry): Entry | OwnEntry | SharedEntry => {
      const { owner } = entry.op;
      if (owner === self) return ownEntry(entry, entering);
      return plan.roles.nodes.includes(owner) ? entry : sharedEntry(entry, entering);
    });
    this.entered = entered;
    this.own = entered.filter((entry): entry is OwnEntry => 'write' in entry);
    this.shared = entered.filter((entry): entry is SharedEntry => 'add' in entry);
    this.others = new Map(
      plan.roles.parties
        .filter((name) => name !== self)
        .map((name) => [name, entered.filter(({ op }) => enteredBy(plan.roles, op.owner).includes(name))]),
    );
    this.#steps = Array.from({ length: phase.openingRounds + 1 }, () => []);
    const needs = evaluatorNeeds(plan, phase);
    const layers = profile === undefined ? [] : layersOfOperations(plan, phase);
    const context: EvaluatorContext = {
      ...nodeContext({ plan, workspace, gatheredRows: this.gatheredRows, recordMasks }, this.#noises),
      slots,
      alarm: { at: alarm, words: alarmWords(plan.sites) },
      needsShares: (id) => needs.get(id)?.shares === true,
    };
    const openingsOf = phase.ops.map((): { readonly opening: PlacedOpening; readonly r: number }[] => []);
    this.layout.rounds.forEach(({ openings }, r) => {
      for (const opening of openings) openingsOf[opening.operation].push({ opening, r });
    });
    phase.ops.forEach(({ op, round }, operation) => {
      const openings = openingsOf[operation];
      const steps = declared(op).evaluate(
        op,
        {
          material: this.layout.material[operation].map((word) => this.material + 8 * word),
          outgoing: openings.map(({ opening, r }) => this.#rounds[r].outgoing + opening.at),
          opened: openings.map(({ opening, r }) => placed[r].get(opening) ?? 0),
          publicWords: this.publicWords + 8 * this.layout.publicAt[operation],
          value: () => at(operations[operation].value),
          mask: () => at(operations[operation].mask),
          temporary: () => at(operations[operation].temporary),
        },
        context,
      );
      invariant(steps.length === openings.length + 1, `${op.op} has a step around each of its openings`);
      const elements = elementsOf(plan, op);
      steps.forEach((step, stage) => {
        this.#steps[round + stage].push(timedStep(profile, op.op, pausing(step, elements), layers[operation]));
      });
    });
    const { kernels } = workspace.machine;
    this.#updates = phase.updates.map((update): StateUpdate => {
      const [to, of] = [slots.masked(update.state), slots.masked(update.from)];
      const elements = sizeOf(plan.values[update.from]);
      const bytes = 8 * elements;
      const copy = timed(profile, 'updating state', (repetition: number) => {
        const start = 8 * updateStart(plan, update, repetition);
        kernels.copy(to.value.at + start, of.value.at, bytes);
        kernels.copy(to.mask.at + start, of.mask.at, bytes);
      });
      return { elements, copy };
    });
  }

  /** Draws the noise of the repetition where that does not depend on the message that is on its way. */
  #drawNoise(pace: Pace): Promise<void> | undefined {
    const noises = this.#noises;
    if (noises.length === 0) return undefined;
    const drawing = timedSlices(this.#profile, 'drawing noise', function* () {
      for (const noise of noises) yield* noise.draw();
    });
    return pace.through(drawing());
  }

  /** Where what owners enter lies: an evaluator's own under its own mask, that of the others with a mask share of zero. */
  #placeEntries({ plan, self }: Node, slots: EvaluatorSlots): Entry[] {
    const workspace = this.#workspace;
    return entriesOfPhase(this.phase, plan.values).map((op): Entry => {
      const bytes = 8 * entrySize(op);
      if (op.isRecords) {
        const records = slots.records(op.into);
        const keep = (repetition: number, rows: Uint8Array) =>
          records.put(firstRowOf(plan, op, repetition), op.columns, rows);
        const room = enteredBy(plan.roles, op.owner).includes(self) ? workspace.memory.allocate(bytes) : 0;
        return { op, bytes, at: () => room, keep };
      }
      const value = publicTensor(workspace.memory.allocate(bytes));
      const holds = op.owner === self || op.owner === plan.roles.dealer;
      const mask = holds ? this.material + 8 * this.layout.material[op.operation][0] : workspace.memory.allocate(bytes);
      slots.set(op.into, { value, mask: shareTensor(mask) });
      return { op, bytes, at: () => value.at };
    });
  }

  #compileRound(
    round: number,
    rooms: RoundRooms,
    addressOf: (room: Room | undefined) => number,
    placed: Map<PlacedOpening, number>,
    messages: { readonly outgoing: number; readonly incoming: number },
  ): CompiledRound {
    const { openings, ringBytes, bitBytes, bytes } = this.layout.rounds[round];
    const { outgoing, incoming } = messages;
    const { kernels } = this.#workspace.machine;
    const [opened, part] = [addressOf(rooms.opened), addressOf(rooms.part)];
    const fields = openings.flatMap((place, i) => {
      if (place.opening.kind !== 'fields') {
        placed.set(place, opened + place.at);
        return [];
      }
      const { count, width } = place.opening;
      const sum = addressOf(rooms.sums[i]);
      placed.set(place, sum);
      return [{ at: place.at, count, width, sum }];
    });
    const combining = <Given extends readonly unknown[]>(action: (...given: Given) => void) =>
      timed(this.#profile, 'combining openings', action);
    const clear = combining(() => {
      kernels.fill0(opened, ringBytes + bitBytes);
      for (const { sum, count } of fields) kernels.fill0(sum, 8 * count);
    });
    const combine = combining((from: number) => {
      kernels.add(opened, opened, from, ringBytes / 8);
      kernels.xorBytes(opened + ringBytes, opened + ringBytes, from + ringBytes, bitBytes);
      for (const { at, count, width, sum } of fields) {
        kernels.unpackFields(part, from + at, width, count);
        kernels.add(sum, sum, part, count);
      }
    });
    return { bytes, outgoing, opened, incoming, combine, clear };
  }

  /**
   * Runs one repetition; material, row numbers, weights and inputs are in place. `whileWaiting` runs once, when the first message is
   * on its way. Gives the number of rounds.
   */
  async run(node: Node, at: Position, pace: Pace, whileWaiting: () => Slices): Promise<number> {
    const { memory } = this.#workspace;
    const links = this.#peers.map((peer) => {
      const link = node.links.get(peer);
      invariant(link !== undefined, `there is a link to ${peer}`);
      return link;
    });
    await takeSteps(this.#steps[0], pace);
    for (let round = 0; round < this.#rounds.length; round++) {
      const { bytes, outgoing, incoming, combine, clear } = this.#rounds[round];
      const position: Position = { phase: at.phase, step: at.step, round };
      const message = memory.u8(outgoing, bytes);
      for (const link of links) link.send('opening', position, message);
      clear();
      combine(outgoing);
      if (round === 0) {
        await pace.through(whileWaiting());
        await this.#drawNoise(pace);
      }
      for (const link of links) {
        memory.u8(incoming, bytes).set(await link.receive('opening', position, bytes));
        combine(incoming);
      }
      await takeSteps(this.#steps[round + 1], pace);
    }
    await takeUpdates(this.#updates, at.step, pace);
    return this.#rounds.length;
  }
}

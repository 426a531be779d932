/**
 * The dealer's executor: expands masks, deals products of them, and never sees a masked value. It needs no message from the evaluators
 * to go on, so it runs ahead as far as the window of corrections lets it, or to the next decision of early stopping.
 *
 * A dealer that is a party also enters its records, under masks that it knows, and receives the outputs that name it.
 * @module
 */
import { invariant } from '../../errors.ts';
import type { Output } from '../../operations/effects.ts';
import type { EnteringOp } from '../../operations/entering.ts';
import { type DealerContext, inSlices, type NodeContext, type Step } from '../../operations/execution.ts';
import { DealerSlots } from '../../operations/slots.ts';
import { declared } from '../../operations/table.ts';
import { dealersMoment, isReached } from '../../plan/first-output.ts';
import { type Phase, sizeOf, updateStart } from '../../plan/plan.ts';
import { layersOfOperations } from '../../plan/quote/by-layer.ts';
import { correctionsPerMessage, entriesOfPhase, entrySize, lastEvaluator } from '../../plan/quote/cost.ts';
import { elementsOf } from '../../plan/quote/work.ts';
import { dealerPlaces } from '../../plan/write/dealer-places.ts';
import { type PhaseLayout, phaseLayout } from '../../plan/write/layout.ts';
import { maskNeeds } from '../../plan/write/mask-needs.ts';
import type { Room } from '../../plan/write/places.ts';
import { type ByteStream, readInto } from '../../prg/stream.ts';
import { dealtTensor } from '../../protocol/tensors.ts';
import { subtractWords } from '../../ring/word-arrays.ts';
import { Pace } from '../../slices.ts';
import type { Position } from '../../transport/link.ts';
import { CompiledPhases } from '../compiled-phases.ts';
import { CreditedSender } from '../corrections.ts';
import { Course, DECISION_BYTES } from '../decisions.ts';
import { entryMessage, type OwnEntry, ownEntry } from '../entry.ts';
import { followAuditor } from '../follow-auditor.ts';
import { Selections } from '../gathered-rows.ts';
import { type Node, type Outcome, trainedAfter, trainingSteps } from '../node.ts';
import { nodeContext } from '../node-context.ts';
import { outputWords, receiveOutputs, revealsTo } from '../outputs.ts';
import { timed, timedSlices } from '../profile/profile.ts';
import { RecordMasks } from '../record-masks.ts';
import { pausing, type StateUpdate, takeSteps, takeUpdates, timedStep } from '../steps.ts';
import { TrainingOrder } from '../training-order.ts';
import { Workspace } from '../workspace.ts';
import { Expansions } from './expansions.ts';

export async function runDealer(node: Node): Promise<Outcome> {
  const dealer = new Dealer(node);
  return dealer.run().finally(() => dealer.close());
}

interface DealerPhase {
  readonly phase: Phase;
  /** The masks of the state, and of this phase. */
  readonly slots: DealerSlots;
  readonly layout: PhaseLayout;
  readonly selections: Selections;
  /** Address of whole masks and dealt values. */
  readonly whole: number;
  readonly expansions: Expansions;
  /** Address of the public random words of one repetition, and whether a dealer needs any. */
  readonly publicWords: number;
  readonly readsPublicWords: boolean;
  readonly steps: readonly Step[];
  readonly updates: readonly StateUpdate[];
  /** What this party enters. */
  readonly own: readonly OwnEntry[];
}

class Dealer {
  readonly #node: Node;
  readonly #workspace: Workspace;
  readonly #pace = new Pace();
  readonly #state = new DealerSlots();
  /** The masks of the phase under way. */
  #slots = this.#state;
  /** Masks of rows of records. */
  readonly #recordMasks: NodeContext['recordMasks'];
  readonly #phases: CompiledPhases<DealerPhase>;
  readonly #senders: ReadonlyMap<string, CreditedSender>;
  readonly #order: TrainingOrder;
  readonly #course: Course;
  readonly #revealed = new Map<string, Float64Array>();
  #isReleasing = false;
  /** Outputs on their way to this node, in order. */
  #outputs: Promise<void> = Promise.resolve();
  /** What an output made this node stop for. */
  #stopped: { readonly reason: unknown } | undefined;

  constructor(node: Node) {
    const { plan } = node;
    this.#node = node;
    this.#workspace = new Workspace(node);
    const masks = new RecordMasks(plan, node.self, node.shared, this.#workspace);
    this.#recordMasks = (records, signs) => masks.adder(records, signs);
    const links = [...node.links].filter(([peer]) => plan.roles.evaluators.includes(peer));
    this.#senders = new Map(links.map(([peer, link]) => [peer, new CreditedSender(link)]));
    this.#order = new TrainingOrder(plan, node.publicStreams);
    this.#course = new Course(plan);
    for (const { value, parts } of plan.state) {
      if (parts !== undefined) continue;
      const room = () => dealtTensor(this.#workspace.words(sizeOf(plan.values[value])));
      this.#state.set(value, { whole: room(), spread: this.#workspace.spread(room) });
    }
    this.#phases = new CompiledPhases(node, this.#workspace, this.#pace, (phase) => this.#compile(phase));
  }

  #sender(evaluator: string): CreditedSender {
    const sender = this.#senders.get(evaluator);
    invariant(sender !== undefined, 'the dealer is linked to every evaluator');
    return sender;
  }

  #compile(phase: Phase): DealerPhase {
    const { plan, profile } = this.#node;
    const workspace = this.#workspace;
    const slots = new DealerSlots(this.#state);
    const { kernels } = workspace.machine;
    const layout = phaseLayout(plan, phase);
    const selections = new Selections(workspace);
    const whole = workspace.words(layout.materialWords);
    const { places, operations, piece } = dealerPlaces(plan, phase, layout);
    const base = workspace.memory.allocate(places.bytes);
    const addressOf = (room: Room | undefined) => base + places.at(room);
    const expansions = new Expansions(
      layout,
      operations,
      { whole, piece: addressOf(piece), addressOf },
      workspace.memory,
      plan.roles.evaluators.length,
    );
    const publicWords = workspace.words(layout.publicWords);
    const readsPublicWords = phase.ops.some(({ op }) => declared(op).dealerReadsPublicWords === true);
    const ops = phase.ops.map(({ op }) => op);
    const updated = phase.updates.map(({ from }) => from);
    const needs = maskNeeds(ops, plan.values, updated);
    const context: DealerContext = {
      ...nodeContext({ plan, workspace, selections, recordMasks: this.#recordMasks }),
      slots,
      needsOf: (id) => needs.get(id),
    };
    const layers = profile === undefined ? [] : layersOfOperations(plan, phase);
    const steps = phase.ops.flatMap(({ op }, operation) => {
      const items = layout.material[operation].map((word, item) => ({
        whole: dealtTensor(whole + 8 * word),
        expanded: expansions.expanded(operation, item),
      }));
      const rooms = operations[operation];
      const at = {
        items,
        publicWords: publicWords + 8 * layout.publicAt[operation],
        whole: () => dealtTensor(addressOf(rooms.whole)),
        spread: rooms.spread.map((room) => dealtTensor(addressOf(room))),
        lacking: () => dealtTensor(addressOf(rooms.lacking)),
        temporary: rooms.temporary.map(addressOf),
      };
      const dealing = pausing(declared(op).deal(op, at, context), elementsOf(plan, op));
      const step = timedStep(profile, op.op, dealing, layers[operation]);
      if (!expansions.hasOwn(operation)) return [step];
      const begin = inSlices(timedSlices(profile, 'expanding masks', () => expansions.begin(operation)));
      const end = inSlices(timedSlices(profile, 'making corrections', () => expansions.end(operation)));
      return [begin, step, end];
    });
    const updates = phase.updates.map((update): StateUpdate => {
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
    const own = this.#compileOwn(phase, slots);
    return { phase, slots, layout, selections, whole, expansions, publicWords, readsPublicWords, steps, updates, own };
  }

  /** What this party enters is masked on its way out and not kept. */
  #compileOwn(phase: Phase, slots: DealerSlots): OwnEntry[] {
    const { plan, self } = this.#node;
    const maskOf = ({ into }: EnteringOp) => slots.whole(into);
    const context = { node: this.#node, workspace: this.#workspace, recordMasks: this.#recordMasks, maskOf };
    return entriesOfPhase(phase, plan.values)
      .filter(({ owner }) => owner === self)
      .map((op) => {
        const bytes = 8 * entrySize(op, plan.values);
        const room = this.#workspace.memory.allocate(bytes);
        return ownEntry({ op, bytes, at: () => room }, context);
      });
  }

  close(): Promise<void> {
    return this.#workspace.memory.close();
  }

  async run(): Promise<Outcome> {
    const { plan, onProgress, profile } = this.#node;
    const steps = trainingSteps(plan);
    const { before, total } = steps;
    const decisive = dealersMoment(plan);
    for (const [session, { repeat, decides }] of this.#course.sessions()) {
      const phase = await this.#phases.begin(session);
      this.#slots = phase.slots;
      const streams = plan.roles.evaluators.map((evaluator) => {
        const shared = this.#node.shared.get(evaluator);
        invariant(shared !== undefined, 'the dealer shares streams with every evaluator');
        return shared.stream(`material ${session}`);
      });
      const publicStream = this.#node.publicStreams.stream(`checks ${session}`);
      const correctionBytes = 8 * (phase.layout.materialWords - phase.layout.seededWords);
      const group = correctionsPerMessage(phase.phase, correctionBytes, repeat);
      const message = new Uint8Array(group > 1 ? correctionBytes * group : 0);
      const { memory, step } = this.#workspace;
      const choose = timedSlices(profile, 'choosing rows', (trainingStep: number, repetition: number) =>
        phase.selections.choose(this.#order, trainingStep, repetition, phase.phase.trains ? step : undefined),
      );
      const publicBytes = 8 * phase.layout.publicWords;
      const expandPublic = timedSlices(profile, 'expanding public words', (repetition: number) =>
        readInto(publicStream, memory, phase.publicWords, repetition * publicBytes, publicBytes),
      );
      for (let repetition = 0; repetition < repeat; repetition++) {
        if (this.#stopped !== undefined) throw this.#stopped.reason;
        const at: Position = { phase: session, step: repetition, round: 0 };
        const trainingStep = before[session] + repetition;
        if (isReached(decisive, session, repetition)) await this.#beforeOutputs();
        await this.#pace.through(choose(trainingStep, repetition));
        if (phase.readsPublicWords) await this.#pace.through(expandPublic(repetition));
        const within = repetition % group;
        await this.#deal(phase, streams, repetition);
        const corrections = this.#workspace.memory.u8(phase.whole + 8 * phase.layout.seededWords, correctionBytes);
        if (group > 1) message.set(corrections, within * correctionBytes);
        const isSent = correctionBytes > 0 && (within === group - 1 || repetition === repeat - 1);
        if (isSent) {
          const first: Position = { ...at, step: repetition - within };
          // One alone needs no copy: the workspace keeps it until the next repetition.
          const bundle = group > 1 ? message.subarray(0, (within + 1) * correctionBytes) : corrections;
          await this.#sender(lastEvaluator(plan.roles)).send('correction', first, bundle);
        }
        await this.#enter(phase, at);
        this.#expectOutputs(phase.phase, at);
        await takeUpdates(phase.updates, repetition, this.#pace);
        if (isSent || phase.own.length > 0) await this.#giveWay();
        const trained = trainedAfter(plan, steps, session, repetition);
        const { name } = phase.phase;
        const progress = {
          phase: name,
          done: repetition + 1,
          of: repeat,
          trainingSteps: trained,
          ofTrainingSteps: total,
        };
        // A dealer runs ahead: what it tells of its progress waits for the outputs that come before.
        this.#afterOutputs(() => onProgress(progress));
      }
      if (decides !== undefined) await this.#decide(decides, { phase: session, step: 0, round: 0 });
    }
    for (const sender of this.#senders.values()) await sender.finish();
    await this.#outputs;
    return {
      ...{ revealed: this.#revealed, rounds: 0, sessions: this.#course.ran, tensorBytes: this.#phases.memoryEnd },
      ...(this.#course.advantage === undefined ? {} : { advantage: this.#course.advantage }),
    };
  }

  /** Waits until the evaluators have come as far: what was dealt ahead may never be needed. */
  async #beforeOutputs(): Promise<void> {
    const { beforeOutputs } = this.#node;
    if (beforeOutputs === undefined || this.#isReleasing) return;
    for (const sender of this.#senders.values()) await sender.finish();
    beforeOutputs();
    this.#isReleasing = true;
  }

  /** Lets the transport write what was sent. */
  async #giveWay(): Promise<void> {
    const pause = () => this.#pace.rest();
    const { profile } = this.#node;
    await (profile === undefined ? pause() : profile.waiting('giving way', pause));
  }

  /** As the outputs say, or as the last evaluator or an auditor does. Nothing is dealt ahead of it. */
  async #decide(what: 'epoch' | 'release', at: Position): Promise<void> {
    const { plan, self, links } = this.#node;
    if (what === 'release' && plan.release?.on === 'copy') {
      await this.#outputs;
      return followAuditor(this.#node, this.#course, at, this.#revealed);
    }
    if (plan.roles.parties.includes(self)) {
      await this.#outputs;
      this.#course.decide(what, this.#revealed);
      return;
    }
    const teller = lastEvaluator(plan.roles);
    const link = links.get(teller);
    invariant(link !== undefined, 'the dealer is linked to the last evaluator');
    this.#course.follow(what, await link.receive('decision', at, DECISION_BYTES), teller);
  }

  /** Deals one repetition; its corrections follow what is seeded. */
  async #deal(phase: DealerPhase, streams: readonly ByteStream[], repetition: number): Promise<void> {
    const { steps, expansions } = phase;
    const { profile } = this.#node;
    expansions.enter(streams, repetition);
    await this.#pace.through(timedSlices(profile, 'expanding masks', () => expansions.addUp())());
    await takeSteps(steps, this.#pace);
    await this.#pace.through(timedSlices(profile, 'making corrections', () => expansions.correct())());
  }

  /** Enters this party's own numbers, masked, at every evaluator. */
  async #enter({ own }: DealerPhase, at: Position): Promise<void> {
    if (own.length === 0) return;
    // They may depend on what was opened before.
    await this.#outputs;
    timed(this.#node.profile, 'entering inputs', () => {
      for (const { write } of own) write(at.step, this.#revealed);
    })();
    const message = entryMessage(own, at.step, this.#workspace);
    for (const evaluator of this.#node.plan.roles.evaluators) await this.#sender(evaluator).send('input', at, message);
  }

  /** Takes down the masks of the outputs for this node, and waits for the masked values beside the dealing. */
  #expectOutputs(phase: Phase, at: Position): void {
    const { plan, self, links, onRevealed } = this.#node;
    const reveals = revealsTo(phase, self);
    if (reveals.length === 0) return;
    const minusMask = new Map(reveals.map((reveal) => [reveal, this.#minusMask(reveal)]));
    this.#outputs = this.#outputs.then(async () => {
      const own = (reveal: Output) => {
        const words = minusMask.get(reveal);
        invariant(words !== undefined, 'the mask of an output was taken down');
        return words;
      };
      for (const [name, value] of await receiveOutputs(plan, phase, at, self, links, own)) {
        this.#revealed.set(name, value);
        onRevealed(name, value);
      }
    });
    // A failure is reported where the outputs are awaited, or before more is dealt.
    this.#outputs.catch((reason: unknown) => {
      this.#stopped ??= { reason };
    });
  }

  #afterOutputs(tell: () => void): void {
    void this.#outputs.then(tell, () => undefined);
  }

  #minusMask(reveal: Output): BigUint64Array {
    const { plan } = this.#node;
    const isBits = plan.values[reveal.of].kind === 'maskedBits';
    const { at } = isBits ? this.#slots.bits(reveal.of) : this.#slots.whole(reveal.of);
    const mask = this.#workspace.memory.u64(at, outputWords(plan, reveal));
    if (isBits) return mask.slice();
    const negated = new BigUint64Array(mask.length);
    subtractWords(negated, mask);
    return negated;
  }
}

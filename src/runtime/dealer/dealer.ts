/**
 * The dealer's executor: expands masks, deals products of them, and never sees a masked value. It needs no message from the evaluators
 * to go on, so it runs ahead as far as the window of corrections lets it, or to the next decision of early stopping.
 *
 * A dealer that is a party also enters its records, under masks that it knows, and receives the outputs that name it.
 * @module
 */
import { invariant } from '../../errors.ts';
import type { Output } from '../../operations/effects.ts';
import { DealerSlots } from '../../operations/slots.ts';
import { dealersMoment, isReached } from '../../plan/first-output.ts';
import { type Phase, sizeOf } from '../../plan/plan.ts';
import { lastEvaluator } from '../../plan/quote/cost.ts';
import { readInto } from '../../prg/stream.ts';
import { dealtTensor } from '../../protocol/tensors.ts';
import { subtractWords } from '../../ring/word-arrays.ts';
import { Pace } from '../../slices.ts';
import type { Position } from '../../transport/link.ts';
import { CompiledPhases } from '../compiled-phases.ts';
import { CreditedSender } from '../corrections.ts';
import type { DealerCorrelations } from '../correlations.ts';
import { DECISION_BYTES, Decisions } from '../decisions.ts';
import { entryMessage } from '../entry.ts';
import { followAuditor } from '../follow-auditor.ts';
import { type Node, type Outcome, trainedAfter, trainingSteps } from '../node.ts';
import { outputWords, receiveOutputs, revealsTo } from '../output-messages.ts';
import { timed, timedSlices } from '../profile/profile.ts';
import { TrainingOrder } from '../training-order.ts';
import { Workspace } from '../workspace.ts';
import { DealerPhase } from './dealer-phase.ts';
import { StreamedCorrelations } from './streamed-correlations.ts';

/** Makes what supplies a dealer with correlated randomness; `senders` reach the evaluators. */
export type DealerSupply = (
  node: Node,
  workspace: Workspace,
  senders: ReadonlyMap<string, CreditedSender>,
) => DealerCorrelations;

const fromStreams: DealerSupply = (node, workspace, senders) => new StreamedCorrelations(node, workspace, senders);

export async function runDealer(node: Node, supply = fromStreams): Promise<Outcome> {
  const dealer = new Dealer(node, supply);
  return dealer.run().finally(() => dealer.close());
}

class Dealer {
  readonly #node: Node;
  readonly #workspace: Workspace;
  readonly #pace = new Pace();
  readonly #state = new DealerSlots();
  /** The masks of the phase under way. */
  #slots = this.#state;
  readonly #correlations: DealerCorrelations;
  readonly #phases: CompiledPhases<DealerPhase>;
  readonly #senders: ReadonlyMap<string, CreditedSender>;
  readonly #order: TrainingOrder;
  readonly #decisions: Decisions;
  readonly #revealed = new Map<string, Float64Array>();
  #isReleasing = false;
  /** Outputs on their way to this node, in order. */
  #outputs: Promise<void> = Promise.resolve();
  /** What an output made this node stop for. */
  #stopped: { readonly reason: unknown } | undefined;

  constructor(node: Node, supply: DealerSupply) {
    const { plan } = node;
    this.#node = node;
    this.#workspace = new Workspace(node);
    const links = [...node.links].filter(([peer]) => plan.roles.evaluators.includes(peer));
    this.#senders = new Map(links.map(([peer, link]) => [peer, new CreditedSender(link)]));
    this.#correlations = supply(node, this.#workspace, this.#senders);
    this.#order = new TrainingOrder(plan, node.publicStreams);
    this.#decisions = new Decisions(plan);
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
    return new DealerPhase(this.#node, this.#workspace, new DealerSlots(this.#state), this.#correlations, phase);
  }

  close(): Promise<void> {
    return this.#workspace.memory.close();
  }

  async run(): Promise<Outcome> {
    const { plan, onProgress, profile } = this.#node;
    const steps = trainingSteps(plan);
    const { before } = steps;
    const decisive = dealersMoment(plan);
    for (const [session, { repeat, decides }] of this.#decisions.sessions()) {
      const phase = await this.#phases.begin(session);
      this.#slots = phase.slots;
      const masks = phase.session(session, repeat);
      const publicStream = this.#node.publicStreams.stream(`checks ${session}`);
      const { memory, step } = this.#workspace;
      const choose = timedSlices(profile, 'choosing rows', (trainingStep: number, repetition: number) =>
        phase.gatheredRows.choose(this.#order, trainingStep, repetition, phase.phase.trains ? step : undefined),
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
        await phase.deal(masks, repetition, this.#pace);
        const isSent = await masks.send(repetition);
        await this.#enter(phase, at);
        this.#expectOutputs(phase.phase, at);
        await phase.update(repetition, this.#pace);
        if (isSent || phase.own.length > 0) await this.#giveWay();
        const trained = trainedAfter(plan, steps, session, repetition);
        const { name } = phase.phase;
        const progress = { phase: name, done: repetition + 1, of: repeat, ...trained };
        // A dealer runs ahead: what it tells of its progress waits for the outputs that come before.
        this.#afterOutputs(() => onProgress(progress));
      }
      if (decides !== undefined) await this.#decide(decides, { phase: session, step: 0, round: 0 });
    }
    for (const sender of this.#senders.values()) await sender.finish();
    await this.#outputs;
    return {
      ...{ revealed: this.#revealed, rounds: 0, sessions: this.#decisions.ran, tensorBytes: this.#phases.memoryEnd },
      ...(this.#decisions.advantage === undefined ? {} : { advantage: this.#decisions.advantage }),
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

  /** Decides as the outputs say, or as the last evaluator or an auditor does. Nothing is dealt ahead of a decision. */
  async #decide(what: 'epoch' | 'release', at: Position): Promise<void> {
    const { plan, self, links } = this.#node;
    if (what === 'release' && plan.release?.on === 'copy') {
      await this.#outputs;
      return followAuditor(this.#node, this.#decisions, at, this.#revealed);
    }
    if (plan.roles.parties.includes(self)) {
      await this.#outputs;
      this.#decisions.decide(what, this.#revealed);
      return;
    }
    const teller = lastEvaluator(plan.roles);
    const link = links.get(teller);
    invariant(link !== undefined, 'the dealer is linked to the last evaluator');
    this.#decisions.follow(what, await link.receive('decision', at, DECISION_BYTES), teller);
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

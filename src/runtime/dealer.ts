/**
 * The dealer's executor: expands masks, deals products of them, and never sees a masked value. It needs no message from the evaluators
 * to go on, so it runs ahead as far as the window of corrections lets it.
 *
 * A dealer that is a party also enters its records, under masks that it knows, and receives the outputs that name it.
 * @module
 */
import { invariant } from '../errors.ts';
import { correctionsPerMessage, inputsOfPhase, lastEvaluator } from '../plan/cost.ts';
import { type PhaseLayout, phaseLayout } from '../plan/layout.ts';
import { type OpOf, type Phase, sizeOf } from '../plan/plan.ts';
import type { ByteStream } from '../prg/stream.ts';
import { maskInput } from '../protocol/input.ts';
import { dealtTensor } from '../protocol/tensors.ts';
import type { Position } from '../transport/link.ts';
import { CorrectionSender } from './corrections.ts';
import { compileDealer } from './dealer-operations.ts';
import { encodeInput, type Node, type Outcome, trainingSteps } from './node.ts';
import { outputWords, receiveOutputs, revealsTo } from './outputs.ts';
import { TrainingOrder } from './selection.ts';
import { DealerSlots } from './slots.ts';
import { Selections, Workspace } from './workspace.ts';

export async function runDealer(node: Node): Promise<Outcome> {
  return new Dealer(node).run();
}

interface DealerPhase {
  readonly phase: Phase;
  readonly layout: PhaseLayout;
  readonly selections: Selections;
  /** Whole masks and dealt values; each evaluator's expansion beside it. */
  readonly whole: number;
  readonly expansions: readonly number[];
  /** Address of the public random words of one repetition, and whether a dealer needs any. */
  readonly publicWords: number;
  readonly readsPublicWords: boolean;
  readonly steps: readonly (() => void)[];
  readonly updates: readonly (() => void)[];
}

class Dealer {
  readonly #node: Node;
  readonly #workspace: Workspace;
  readonly #slots = new DealerSlots();
  readonly #phases: readonly DealerPhase[];
  readonly #corrections: CorrectionSender;
  readonly #order: TrainingOrder;
  readonly #revealed = new Map<string, Float64Array>();
  /** Outputs on their way to this node, in order. */
  #outputs: Promise<void> = Promise.resolve();

  constructor(node: Node) {
    const { plan } = node;
    this.#node = node;
    this.#workspace = new Workspace(plan, false);
    const last = node.links.get(lastEvaluator(plan.roles));
    invariant(last !== undefined, 'the dealer is linked to the last evaluator');
    this.#corrections = new CorrectionSender(last);
    this.#order = new TrainingOrder(plan, node.publicStreams);
    for (const { value } of plan.state) {
      this.#slots.set(value, dealtTensor(this.#workspace.words(sizeOf(plan.values[value]))));
    }
    this.#phases = plan.phases.map((phase) => this.#compile(phase));
  }

  #compile(phase: Phase): DealerPhase {
    const { plan } = this.#node;
    const workspace = this.#workspace;
    const { kernels } = workspace.machine;
    const layout = phaseLayout(plan, phase);
    const selections = new Selections(workspace);
    const whole = workspace.words(layout.materialWords);
    const expansions = plan.roles.evaluators.map(() => workspace.words(layout.materialWords));
    const publicWords = workspace.words(layout.publicWords);
    const readsPublicWords = phase.ops.some(({ op }) => op.op === 'randomSums');
    const context = { plan, workspace, slots: this.#slots, selections };
    const steps = phase.ops.map(({ op }, operation) => {
      // An evaluator's own input mask stands in its expansion alone; all others are sums.
      const holder = op.op === 'input' ? plan.roles.evaluators.indexOf(op.owner) : -1;
      const base = holder >= 0 ? expansions[holder] : whole;
      return compileDealer(
        op,
        layout.material[operation].map((word) => base + 8 * word),
        publicWords + 8 * layout.publicAt[operation],
        context,
      );
    });
    const updates = phase.updates.map(({ state, from }) => {
      const [to, of] = [this.#slots.mask(state), this.#slots.mask(from)];
      return () => kernels.copy(to.at, of.at, 8 * sizeOf(plan.values[state]));
    });
    return { phase, layout, selections, whole, expansions, publicWords, readsPublicWords, steps, updates };
  }

  async run(): Promise<Outcome> {
    const { plan, onProgress } = this.#node;
    const { before, total } = trainingSteps(plan);
    for (const [session, { phase: index, repeat }] of plan.sessions.entries()) {
      const phase = this.#phases[index];
      const streams = plan.roles.evaluators.map((evaluator) => {
        const shared = this.#node.shared.get(evaluator);
        invariant(shared !== undefined, 'the dealer shares streams with every evaluator');
        return shared.stream(`material ${session}`);
      });
      const publicStream = this.#node.publicStreams.stream(`checks ${session}`);
      const correctionBytes = 8 * (phase.layout.materialWords - phase.layout.seededWords);
      const group = correctionsPerMessage(correctionBytes, repeat);
      const message = new Uint8Array(group > 1 ? correctionBytes * group : 0);
      for (let repetition = 0; repetition < repeat; repetition++) {
        const at: Position = { phase: session, step: repetition, round: 0 };
        const trainingStep = before[session] + repetition;
        if (phase.phase.trains) this.#order.enter(trainingStep, this.#workspace.step);
        if (phase.readsPublicWords) {
          const publicBytes = 8 * phase.layout.publicWords;
          const words = publicStream.read(repetition * publicBytes, publicBytes);
          this.#workspace.memory.u8(phase.publicWords, publicBytes).set(words);
        }
        phase.selections.fill(this.#order, trainingStep, repetition);
        const within = repetition % group;
        this.#deal(phase, streams, repetition);
        await this.#enter(phase.phase, at);
        this.#expectOutputs(phase.phase, at);
        for (const update of phase.updates) update();
        const corrections = this.#workspace.memory.u8(phase.whole + 8 * phase.layout.seededWords, correctionBytes);
        if (group > 1) message.set(corrections, within * correctionBytes);
        if (correctionBytes > 0 && (within === group - 1 || repetition === repeat - 1)) {
          const first: Position = { ...at, step: repetition - within };
          // One alone needs no copy: the workspace keeps it until the next repetition.
          const bundle = group > 1 ? message.subarray(0, (within + 1) * correctionBytes) : corrections;
          await this.#corrections.send(first, bundle);
          await new Promise(setImmediate);
        }
        const trained = phase.phase.trains ? trainingStep + 1 : 0;
        const { name } = phase.phase;
        onProgress({ phase: name, done: repetition + 1, of: repeat, trainingSteps: trained, ofTrainingSteps: total });
      }
    }
    await this.#corrections.finish();
    await this.#outputs;
    return { revealed: this.#revealed, rounds: 0 };
  }

  /** Deals one repetition; its corrections follow what is seeded. */
  #deal(phase: DealerPhase, streams: readonly ByteStream[], repetition: number): void {
    const { layout, whole, expansions } = phase;
    const { memory, machine } = this.#workspace;
    const { kernels } = machine;
    const last = expansions.length - 1;
    expansions.forEach((expansion, j) => {
      const bytes = 8 * (j === last ? layout.seededWords : layout.materialWords);
      if (bytes > 0) memory.u8(expansion, bytes).set(streams[j].read(repetition * bytes, bytes));
    });
    const { seedsAdd, seedsXor, correctionAdd, correctionXor } = layout.areas;
    kernels.fill0(whole, 8 * layout.seededWords);
    for (const expansion of expansions) {
      const [sum, xor] = [8 * seedsAdd.from, 8 * seedsXor.from];
      kernels.add(whole + sum, whole + sum, expansion + sum, seedsAdd.words);
      kernels.xorBytes(whole + xor, whole + xor, expansion + xor, 8 * seedsXor.words);
    }
    for (const step of phase.steps) step();
    for (const expansion of expansions.slice(0, last)) {
      const [sum, xor] = [8 * correctionAdd.from, 8 * correctionXor.from];
      kernels.sub(whole + sum, whole + sum, expansion + sum, correctionAdd.words);
      kernels.xorBytes(whole + xor, whole + xor, expansion + xor, 8 * correctionXor.words);
    }
  }

  /** Enters this party's own records, masked, at every evaluator. */
  async #enter(phase: Phase, at: Position): Promise<void> {
    const { plan, self, links } = this.#node;
    const own = inputsOfPhase(phase).filter(({ owner }) => owner === self);
    if (own.length === 0) return;
    await this.#outputs;
    const { memory, machine } = this.#workspace;
    const parts = own.map((op) => {
      const count = sizeOf(plan.values[op.out]);
      const values = this.#workspace.words(count);
      memory.u64(values, count).set(encodeInput(this.#node, op, this.#revealed));
      const { at: masked } = maskInput(machine, values, this.#slots.mask(op.out), count);
      return memory.u8(masked, 8 * count).slice();
    });
    const message = Buffer.concat(parts);
    for (const evaluator of plan.roles.evaluators) links.get(evaluator)?.send('input', at, message);
  }

  /** Takes down the masks of the outputs for this node, and waits for the masked values beside the dealing. */
  #expectOutputs(phase: Phase, at: Position): void {
    const { plan, self, links, onRevealed } = this.#node;
    const reveals = revealsTo(phase, self);
    if (reveals.length === 0) return;
    const minusMask = new Map(reveals.map((reveal) => [reveal, this.#minusMask(reveal)]));
    this.#outputs = this.#outputs.then(async () => {
      const own = (reveal: OpOf<'reveal'>) => {
        const words = minusMask.get(reveal);
        invariant(words !== undefined, 'the mask of an output was taken down');
        return words;
      };
      for (const [name, value] of await receiveOutputs(plan, phase, at, self, links, own)) {
        this.#revealed.set(name, value);
        onRevealed(name, value);
      }
    });
    // A failure is reported where the outputs are awaited.
    this.#outputs.catch(() => undefined);
  }

  #minusMask(reveal: OpOf<'reveal'>): BigUint64Array {
    const { plan } = this.#node;
    const isBits = plan.values[reveal.of].kind === 'maskedBits';
    const mask = this.#workspace.memory.u64(this.#slots.mask(reveal.of).at, outputWords(plan, reveal));
    return mask.map((word) => (isBits ? word : -word));
  }
}

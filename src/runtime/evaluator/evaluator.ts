/**
 * The evaluator's executor: follows the plan on masked values and shares.
 * @module
 */
import { invariant } from '../../errors.ts';
import type { Output } from '../../operations/effects.ts';
import { EvaluatorSlots } from '../../operations/slots.ts';
import { evaluatorsMoment } from '../../plan/first-output.ts';
import { alarmWords, type Phase } from '../../plan/plan.ts';
import { lastEvaluator, revealSenders, revealsOfPhase } from '../../plan/quote/cost.ts';
import { recordBytes } from '../../plan/quote/tensor-memory.ts';
import { readInto } from '../../prg/stream.ts';
import { publicTensor, shareTensor } from '../../protocol/tensors.ts';
import { subtractWords, xorWords } from '../../ring/word-arrays.ts';
import { inTurn, Pace, type Slices } from '../../slices.ts';
import type { Link, Position } from '../../transport/link.ts';
import { ClearValues, type NodeInTheClear } from '../clear/in-the-clear.ts';
import type { TrainedStep } from '../clear/trained-step.ts';
import { CompiledPhases } from '../compiled-phases.ts';
import { sendCredit } from '../corrections.ts';
import type { Correlations } from '../correlations.ts';
import { Decisions, encodeDecision } from '../decisions.ts';
import { entryMessage, takeEntries } from '../entry.ts';
import { followAuditor } from '../follow-auditor.ts';
import { drawInitial } from '../initial.ts';
import { maskedRecords } from '../masked-records.ts';
import { type Node, type Outcome, trainedAfter, trainingSteps } from '../node.ts';
import { outputWords, packOutputs, receiveOutputs, revealsTo } from '../output-messages.ts';
import { timed, timedSlices } from '../profile/profile.ts';
import { TrainingOrder } from '../training-order.ts';
import { Workspace } from '../workspace.ts';
import { DealtCorrelations } from './dealt-correlations.ts';
import { EvaluatorPhase } from './evaluator-phase.ts';

/** Makes what supplies an evaluator with correlated randomness. */
export type Supply = (node: Node, workspace: Workspace) => Correlations;

const fromDealer: Supply = (node, workspace) => new DealtCorrelations(node, workspace);

export async function runEvaluator(node: Node, supply = fromDealer): Promise<Outcome> {
  const evaluator = new Evaluator(node, supply);
  return evaluator.run().finally(() => evaluator.close());
}

/** The same, showing each step of training: for a node whose masks are public. */
export async function runEvaluatorInTheClear(node: NodeInTheClear): Promise<Outcome> {
  const evaluator = new Evaluator(node, fromDealer);
  evaluator.showSteps(node);
  return evaluator.run().finally(() => evaluator.close());
}

class Evaluator {
  readonly #node: Node;
  readonly #workspace: Workspace;
  readonly #pace = new Pace();
  readonly #state = new EvaluatorSlots();
  /** The values of the phase under way. */
  #slots = this.#state;
  readonly #correlations: Correlations;
  readonly #phases: CompiledPhases<EvaluatorPhase>;
  /** The words that collect the alarm. */
  readonly #alarm: number;
  readonly #isLast: boolean;
  readonly #order: TrainingOrder;
  readonly #decisions: Decisions;
  readonly #revealed = new Map<string, Float64Array>();
  #rounds = 0;
  #onStep: (step: Omit<TrainedStep, 'read'>) => void = () => undefined;

  constructor(node: Node, supply: Supply) {
    const { plan, self } = node;
    this.#node = node;
    this.#workspace = new Workspace(node);
    this.#isLast = lastEvaluator(plan.roles) === self;
    this.#order = new TrainingOrder(plan, node.publicStreams);
    this.#decisions = new Decisions(plan);
    this.#correlations = supply(node, this.#workspace);
    for (const state of plan.state) {
      const { kind, rows, cols } = plan.values[state.value];
      if (kind === 'records') {
        this.#state.set(state.value, maskedRecords(this.#workspace.memory, rows, cols));
        continue;
      }
      const [value, mask] = [0, 1].map(() => this.#workspace.words(rows * cols));
      this.#state.set(state.value, { value: publicTensor(value), mask: shareTensor(mask) });
    }
    this.#alarm = this.#workspace.words(alarmWords(plan.sites));
    this.#phases = new CompiledPhases(node, this.#workspace, this.#pace, (phase) => this.#compile(phase));
  }

  /** Fills the state where it begins, unless that is at 0. */
  async #initialise(): Promise<void> {
    const { plan, publicStreams } = this.#node;
    const { memory, machine } = this.#workspace;
    for (const state of plan.state) {
      if (state.initial === undefined) continue;
      const { at } = this.#state.masked(state.value).value;
      const { fractionalBits } = plan.values[state.value];
      const draw = drawInitial(plan, state, publicStreams, (numbers, first) => {
        const to = at + 8 * first;
        memory.f64(to, numbers.length).set(numbers);
        machine.kernels.encode(to, to, fractionalBits, numbers.length);
      });
      await this.#pace.through(draw);
    }
  }

  #compile(phase: Phase): EvaluatorPhase {
    const slots = new EvaluatorSlots(this.#state);
    return new EvaluatorPhase(this.#node, this.#workspace, slots, this.#correlations, phase, this.#alarm);
  }

  close(): Promise<void> {
    return this.#workspace.memory.close();
  }

  showSteps({ plan, onStep }: NodeInTheClear): void {
    let values: ClearValues | undefined;
    let slots: EvaluatorSlots | undefined;
    this.#onStep = (step) => {
      if (values === undefined || slots !== this.#slots) values = new ClearValues(plan, this.#workspace, this.#slots);
      slots = this.#slots;
      const { read } = values;
      onStep({ ...step, read });
    };
  }

  async run(): Promise<Outcome> {
    const { plan, onProgress, profile, beforeOutputs } = this.#node;
    const steps = trainingSteps(plan);
    const { before } = steps;
    const decisive = evaluatorsMoment(plan);
    await this.#initialise();
    for (const [session, { phase: index, repeat, decides }] of this.#decisions.sessions()) {
      const phase = await this.#phases.begin(session);
      this.#slots = phase.slots;
      if (session >= decisive.session) beforeOutputs?.();
      const material = this.#correlations.session(session, phase, repeat);
      const publicStream = this.#node.publicStreams.stream(`checks ${session}`);
      const { layout } = phase;
      const { memory } = this.#workspace;
      const choose = timedSlices(profile, 'choosing rows', (trainingStep: number, repetition: number) =>
        phase.gatheredRows.choose(
          this.#order,
          trainingStep,
          repetition,
          phase.phase.trains ? this.#workspace.step : undefined,
        ),
      );
      const publicBytes = 8 * layout.publicWords;
      const expandPublic = timedSlices(profile, 'expanding public words', (repetition: number) =>
        readInto(publicStream, memory, phase.publicWords, repetition * publicBytes, publicBytes),
      );
      const prepare = (trainingStep: number, repetition: number): Slices =>
        inTurn(choose(trainingStep, repetition), () =>
          inTurn(expandPublic(repetition), () => material.prepare(repetition)),
        );
      await this.#pace.through(material.begin());
      for (let repetition = 0; repetition < repeat; repetition++) {
        const at: Position = { phase: session, step: repetition, round: 0 };
        const trainingStep = before[session] + repetition;
        await this.#pace.through(prepare(trainingStep, repetition));
        await material.place(repetition);
        await this.#exchangeInputs(phase, at);
        this.#rounds += await phase.run(this.#node, at, this.#pace, () => material.ahead(repetition));
        await this.#exchangeOutputs(phase, at);
        if (phase.phase.trains) this.#onStep({ step: trainingStep + 1, phase: index });
        const trained = trainedAfter(plan, steps, session, repetition);
        const { name } = phase.phase;
        onProgress({ phase: name, done: repetition + 1, of: repeat, ...trained });
      }
      if (decides !== undefined) await this.#decide(decides, { phase: session, step: 0, round: 0 });
    }
    return {
      ...{
        revealed: this.#revealed,
        rounds: this.#rounds,
        sessions: this.#decisions.ran,
        tensorBytes: this.#phases.memoryEnd + recordBytes(plan, 'beside'),
      },
      ...(this.#decisions.advantage === undefined ? {} : { advantage: this.#decisions.advantage }),
    };
  }

  /** From what was revealed, of which a dealer that receives no outputs is told; or as an auditor finds. */
  async #decide(what: 'epoch' | 'release', at: Position): Promise<void> {
    const { release, roles } = this.#node.plan;
    const { parties, dealer } = roles;
    if (what === 'release' && release?.on === 'copy') {
      return followAuditor(this.#node, this.#decisions, at, this.#revealed);
    }
    const decision = this.#decisions.decide(what, this.#revealed);
    if (this.#isLast && !parties.includes(dealer)) this.#link(dealer).send('decision', at, encodeDecision(decision));
  }

  #link(peer: string): Link {
    const link = this.#node.links.get(peer);
    invariant(link !== undefined, `there is a link to ${peer}`);
    return link;
  }

  async #exchangeInputs({ entered, own, others, shared }: EvaluatorPhase, at: Position): Promise<void> {
    if (entered.length === 0) return;
    const { plan, self, profile } = this.#node;
    const { parties, evaluators, dealer } = plan.roles;
    this.#rounds++;
    timed(profile, 'entering inputs', () => {
      for (const { write } of own) write(at.step, this.#revealed);
    })();
    // Records enter over many repetitions: evaluators that enter none send an empty message, so that nobody runs ahead of the others.
    const inStep = entered.some(({ op }) => op.isRecords);
    if (own.length > 0 || inStep) {
      const message = entryMessage(own, at.step, this.#workspace);
      for (const peer of evaluators) if (peer !== self) this.#link(peer).send('input', at, message);
    }
    for (const party of parties) {
      const theirs = others.get(party) ?? [];
      if (party === self || (theirs.length === 0 && !(inStep && evaluators.includes(party)))) continue;
      const length = theirs.reduce((sum, { bytes }) => sum + bytes, 0);
      takeEntries(theirs, at.step, this.#workspace, await this.#link(party).receive('input', at, length));
      if (party === dealer) sendCredit(this.#link(party), at, length);
    }
    for (const { complete } of shared) complete(at.step);
  }

  async #exchangeOutputs({ phase }: EvaluatorPhase, at: Position): Promise<void> {
    const { plan, self, links, onRevealed } = this.#node;
    const { memory } = this.#workspace;
    /** −[λ], or m − [λ] where m is to be added: for bits minus is xor, and so is plus. */
    const part = (reveal: Output, withValue: boolean, withMask: boolean): BigUint64Array => {
      const isBits = plan.values[reveal.of].kind === 'maskedBits';
      const slot = isBits ? this.#slots.maskedBits(reveal.of) : this.#slots.masked(reveal.of);
      const words = outputWords(plan, reveal);
      const [value, mask] = [memory.u64(slot.value.at, words), memory.u64(slot.mask.at, words)];
      const sum = withValue ? value.slice() : new BigUint64Array(words);
      if (withMask) (isBits ? xorWords : subtractWords)(sum, mask);
      return sum;
    };
    if (revealsOfPhase(phase).length > 0) this.#rounds++;
    for (const recipient of plan.roles.parties) {
      const reveals = revealsTo(phase, recipient);
      if (reveals.length === 0 || !revealSenders(plan.roles, recipient).includes(self)) continue;
      // The dealer knows the mask and gets m; an evaluator knows m and gets the mask shares.
      const toDealer = recipient === plan.roles.dealer;
      const message = packOutputs(plan, reveals, (reveal) => new Uint8Array(part(reveal, toDealer, !toDealer).buffer));
      this.#link(recipient).send('output', at, message);
    }
    const own = (reveal: Output) => part(reveal, true, true);
    for (const [name, value] of await receiveOutputs(plan, phase, at, self, links, own)) {
      this.#revealed.set(name, value);
      onRevealed(name, value);
    }
  }
}

/**
 * What an adversary makes of a run that it took part in, as sequences of 64-bit words. It adds up the openings, takes off what it knows
 * of the masks, and subtracts a step from the next. If the protocols do what they claim, the words of each sequence are independent and uniform.
 *
 * The sequences of a plan have the same lengths in every run, and a place in them always belongs to the same value.
 * @module
 */
import { invariant } from '../../errors.ts';
import { recordStride } from '../../operations/value.ts';
import type { Plan } from '../../plan/plan.ts';
import { correctionsPerMessage, entriesOfPhase, entrySize, lastEvaluator } from '../../plan/quote/cost.ts';
import { firstRowOf, recordStream } from '../../plan/records.ts';
import { type PhaseLayout, type PlacedOpening, phaseLayout } from '../../plan/write/layout.ts';
import type { Position } from '../../transport/link.ts';
import { MaterialOf } from './material.ts';
import type { NodeView } from './node-view.ts';
import { BitWriter, bitsAt } from './packed-bits.ts';
import { addShared, joined, minus, plus, wordsIn } from './seen-words.ts';
import type { Seen } from './transcript.ts';

export type Sequences = ReadonlyMap<string, BigUint64Array>;

/** All that differs from run to run in messages to a node, but for outputs, which are for it to know. */
export const SEQUENCES = {
  opened: 'opened values',
  known: 'opened values less known mask shares',
  equal: 'opened values less known mask shares, and one of them again for each that is not known',
  next: 'opened values from step to step',
  shares: 'shares of openings',
  inputs: 'masked inputs',
  knownInputs: 'masked inputs less what the own streams have there',
  corrections: 'corrections',
  knownCorrections: 'corrections and known shares of what they correct',
  narrow: 'opened bits and carries',
} as const;

export class ViewWords {
  readonly #plan: Plan;
  readonly #layouts: readonly PhaseLayout[];

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#layouts = plan.phases.map((phase) => phaseLayout(plan, phase));
  }

  /** Of evaluators that put together what they have; a dealer on its own has received nothing to look at. */
  of(views: readonly NodeView[]): Sequences {
    const { roles } = this.#plan;
    if (views.some(({ node }) => !roles.evaluators.includes(node))) return new Map();
    const run = new Run(this.#plan, this.#layouts, views);
    this.#plan.sessions.forEach(({ phase, repeat }, session) => {
      for (let step = 0; step < repeat; step++) {
        const material = run.material(session, step);
        run.inputs(session, step, material);
        for (let round = 0; round < this.#layouts[phase].rounds.length; round++) {
          run.openings({ phase: session, step, round }, material);
        }
      }
      run.corrections(session);
    });
    return run.sequences();
  }
}

/** One run, read from its messages. */
class Run {
  readonly #plan: Plan;
  readonly #layouts: readonly PhaseLayout[];
  readonly #views: readonly NodeView[];
  readonly #known: readonly MaterialOf[];
  readonly #messages: ReadonlyMap<string, Seen>;
  /** Nodes that the adversary is none of. */
  readonly #others: readonly string[];
  readonly #words = new Map<string, BigUint64Array[]>();
  readonly #narrow = new BitWriter();
  readonly #before = new Map<string, BigUint64Array>();

  constructor(plan: Plan, layouts: readonly PhaseLayout[], views: readonly NodeView[]) {
    this.#plan = plan;
    this.#layouts = layouts;
    this.#views = views;
    this.#known = views.map((view) => new MaterialOf(plan, layouts, view));
    // What one node sends to several is the same, and what two have both seen counts once.
    this.#messages = new Map(
      views.flatMap(({ node, transcript }) =>
        transcript.messages.map((message) => [
          keyOf(message.direction === 'sent' ? node : message.peer, message.kind, message.position),
          message,
        ]),
      ),
    );
    const inside = new Set(views.map(({ node }) => node));
    this.#others = plan.roles.nodes.filter((name) => !inside.has(name));
  }

  sequences(): Sequences {
    const sequences = new Map([...this.#words].map(([name, parts]) => [name, joined(parts)]));
    return sequences.set(SEQUENCES.narrow, this.#narrow.words());
  }

  /** Expansions of each known evaluator for a repetition. */
  material(session: number, step: number): readonly BigUint64Array[] {
    return this.#known.map((known) => known.of(session, step));
  }

  openings(at: Position, material: readonly BigUint64Array[]): void {
    const { phase } = this.#plan.sessions[at.phase];
    const { rounds, material: places } = this.#layouts[phase];
    const { openings, ringBytes } = rounds[at.round];
    const { evaluators } = this.#plan.roles;
    const shares = evaluators.map((node) => this.#message(node, 'opening', at));
    const rings = shares.map((share) => wordsIn(share, 0, ringBytes));
    evaluators.forEach((node, i) => {
      if (this.#others.includes(node)) this.#add(SEQUENCES.shares, rings[i]);
    });
    const opened = rings[0].slice();
    for (const ring of rings.slice(1)) plus(opened, ring);
    this.#add(SEQUENCES.opened, opened);

    const masks = material.map((words) => openingMasks(openings, places, words));
    const known = opened.slice();
    for (const mask of masks) minus(known, mask);
    this.#add(SEQUENCES.known, known);
    for (const mask of masks) {
      const equal = known.slice();
      for (let other = masks.length; other < evaluators.length; other++) minus(equal, mask);
      this.#add(SEQUENCES.equal, equal);
    }

    const place = `${phase}/${at.round}`;
    const before = this.#before.get(place);
    if (before !== undefined) this.#add(SEQUENCES.next, minus(opened.slice(), before));
    this.#before.set(place, opened);
    for (const placed of openings) this.#openNarrow(placed, shares);
  }

  inputs(session: number, step: number, material: readonly BigUint64Array[]): void {
    const plan = this.#plan;
    const phase = plan.phases[plan.sessions[session].phase];
    const layout = this.#layouts[plan.sessions[session].phase];
    const entries = entriesOfPhase(phase, plan.values);
    for (const owner of this.#others) {
      const theirs = entries.filter((op) => op.owner === owner);
      if (theirs.length === 0) continue;
      const message = this.#message(owner, 'input', { phase: session, step, round: 0 });
      let from = 0;
      for (const op of theirs) {
        const masked = wordsIn(message, from, 8 * entrySize(op));
        from += masked.byteLength;
        this.#add(SEQUENCES.inputs, masked);
        const left = masked.slice();
        for (const [i, { shared }] of this.#views.entries()) {
          if (!op.isRecords) {
            const at = layout.material[op.operation][0];
            minus(left, material[i].subarray(at, at + left.length));
            continue;
          }
          const { cols } = plan.values[op.into];
          const stream = shared.get(plan.roles.dealer)?.stream(recordStream(op.into));
          invariant(stream !== undefined, 'an evaluator shares streams with the dealer');
          const first = firstRowOf(plan, op, step);
          for (let row = 0; row < op.rows; row++) {
            const mask = stream.read((first + row) * recordStride({ cols }), 8 * cols);
            const { first: column, count } = op.columns;
            minus(left.subarray(row * count, (row + 1) * count), wordsIn(mask, 8 * column, 8 * count));
          }
        }
        this.#add(SEQUENCES.knownInputs, left);
      }
    }
  }

  /** Which the last evaluator alone receives; whoever else is in it has shares of the same. */
  corrections(session: number): void {
    const { sessions, phases, roles } = this.#plan;
    const { phase, repeat } = sessions[session];
    const { areas, materialWords, seededWords } = this.#layouts[phase];
    const last = lastEvaluator(roles);
    const bytes = 8 * (materialWords - seededWords);
    if (bytes === 0 || this.#others.includes(last)) return;
    const group = correctionsPerMessage(phases[phase], bytes, repeat);
    for (let step = 0; step < repeat; step++) {
      const message = this.#message(roles.dealer, 'correction', {
        phase: session,
        step: step - (step % group),
        round: 0,
      });
      const words = wordsIn(message, (step % group) * bytes, bytes);
      this.#add(SEQUENCES.corrections, words);
      const known = this.#known.filter(({ node }) => node !== last);
      if (known.length === 0) continue;
      const sum = words.slice();
      for (const material of known) {
        for (const { source, sharing, from, words: count } of areas) {
          if (source !== 'correction') continue;
          const at = from - seededWords;
          const share = material.of(session, step).slice(from, from + count);
          addShared(sharing, sum.subarray(at, at + count), share);
        }
      }
      this.#add(SEQUENCES.knownCorrections, sum);
    }
  }

  /** Bits by xor, carries of truncation modulo a power of two: packed without the bits between them. */
  #openNarrow({ opening, at }: PlacedOpening, shares: readonly Uint8Array[]): void {
    if (opening.kind === 'ring') return;
    if (opening.kind === 'bits') {
      const bytes = Math.ceil(opening.count / 8);
      for (let plane = 0; plane < opening.planes; plane++) {
        for (let i = 0; i < bytes; i++) {
          const bits = shares.reduce((xor, share) => xor ^ share[at + plane * bytes + i], 0);
          this.#narrow.write(bits, Math.min(8, opening.count - 8 * i));
        }
      }
      return;
    }
    for (let field = 0; field < opening.count; field++) {
      let carry = 0;
      for (let bit = 0; bit < opening.width; bit += 16) {
        const width = Math.min(16, opening.width - bit);
        const from = 8 * at + field * opening.width + bit;
        const sum = shares.reduce((total, share) => total + bitsAt(share, from, width), carry);
        this.#narrow.write(sum, width);
        carry = sum >> width;
      }
    }
  }

  #message(from: string, kind: Seen['kind'], position: Position): Uint8Array {
    const message = this.#messages.get(keyOf(from, kind, position));
    invariant(message !== undefined, `the adversary has seen the ${kind} of ${from}`);
    return message.payload;
  }

  #add(name: string, words: BigUint64Array): void {
    const parts = this.#words.get(name);
    if (parts === undefined) this.#words.set(name, [words]);
    else parts.push(words);
  }
}

const keyOf = (from: string, kind: Seen['kind'], { phase, step, round }: Position) =>
  `${from}/${kind}/${phase}/${step}/${round}`;

/** Mask shares of the ring elements of a round, in their order. */
function openingMasks(
  openings: readonly PlacedOpening[],
  places: PhaseLayout['material'],
  material: BigUint64Array,
): BigUint64Array {
  return joined(
    openings.flatMap(({ opening, operation }) => {
      if (opening.kind !== 'ring') return [];
      const [mask] = places[operation];
      return [material.subarray(mask, mask + opening.count)];
    }),
  );
}

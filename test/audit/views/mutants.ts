/**
 * Deliberately broken runs, to test the tests: streams that two nodes share, altered alike at both ends, so that the run goes on as if nothing
 * were wrong.
 * @module
 */

import type { Plan } from '../../../src/plan/plan.ts';
import { lastEvaluator } from '../../../src/plan/quote/cost.ts';
import { phaseLayout } from '../../../src/plan/write/layout.ts';
import { StreamFamily } from '../../../src/prg/session-keys.ts';
import { type Streams, streamStride } from '../../../src/prg/stream.ts';
import { laneBitsFor } from '../../../src/protocol/consumption.ts';

/** The streams that the dealer and an evaluator share, from those that they should. */
export type Mutant = (streams: Streams, evaluator: string, plan: Plan) => Streams;

type Read = (position: number, length: number) => Uint8Array;
/** Bytes of a stream that should be `read(position, length)`: of material all of a repetition. */
type Alteration = (read: Read, position: number, length: number, label: string) => Uint8Array;

/** A dealer reads the material of a repetition in other pieces than an evaluator: both are to find the same bytes altered. */
function altered(streams: Streams, evaluator: string, plan: Plan, alteration: Alteration): Streams {
  return {
    stream: (label) => {
      const source = streams.stream(label);
      const sound: Read = (position, length) => new Uint8Array(source.read(position, length));
      const read: Read = (position, length) => {
        if (!isMaterial(label) || length === 0) return alteration(sound, position, length, label);
        const { materialWords, seededWords } = layoutOf(plan, label).layout;
        const bytes = 8 * (evaluator === lastEvaluator(plan.roles) ? seededWords : materialWords);
        const start = position - (position % streamStride(bytes));
        return alteration(sound, start, bytes, label).slice(position - start, position - start + length);
      };
      return {
        read,
        fill: (memory, address, position, length) => memory.u8(address, length).set(read(position, length)),
      };
    },
  };
}

const everywhere =
  (alteration: Alteration): Mutant =>
  (streams, evaluator, plan) =>
    altered(streams, evaluator, plan, alteration);

const layoutOf = (plan: Plan, label: string) => {
  const session = Number(label.split(' ')[1]);
  const phase = plan.phases[plan.sessions[session].phase];
  return { phase, layout: phaseLayout(plan, phase) };
};
const isMaterial = (label: string) => label.startsWith('material');
const isRecords = (label: string) => label.startsWith('records');

/** Expansions of what is dealt are zero at some evaluators. */
const zeroShares =
  (isBare: (evaluator: string, plan: Plan) => boolean): Mutant =>
  (streams, evaluator, plan) =>
    altered(streams, evaluator, plan, (read, position, length, label) => {
      const bytes = read(position, length);
      if (!isMaterial(label) || !isBare(evaluator, plan)) return bytes;
      return bytes.fill(0, 8 * layoutOf(plan, label).layout.seededWords);
    });

/** The last evaluator adds no mask to its shares of ring elements. */
export const bareShares: Mutant = (streams, evaluator, plan) =>
  altered(streams, evaluator, plan, (read, position, length, label) => {
    const bytes = read(position, length);
    if (!isMaterial(label) || evaluator !== lastEvaluator(plan.roles)) return bytes;
    const { phase, layout } = layoutOf(plan, label);
    phase.ops.forEach(({ op }, i) => {
      if (op.op !== 'open') return;
      const { rows, cols } = plan.values[op.out];
      const from = 8 * layout.material[i][0];
      bytes.fill(0, from, from + 8 * rows * cols);
    });
    return bytes;
  });

const narrowCarries: Mutant = (streams, evaluator, plan) =>
  altered(streams, evaluator, plan, (read, position, length, label) => {
    const bytes = read(position, length);
    if (!isMaterial(label)) return bytes;
    const { phase, layout } = layoutOf(plan, label);
    phase.ops.forEach(({ op }, i) => {
      if (op.op !== 'truncate' || layout.material[i].length < 3) return;
      const lane = laneBitsFor(op.bits) / 8;
      const { rows, cols } = plan.values[op.out];
      const from = 8 * layout.material[i][2];
      for (let at = from; at < from + lane * rows * cols; at++) if ((at - from) % lane > 0) bytes[at] = 0;
    });
    return bytes;
  });

const ONE_SECRET = new Uint8Array(32).fill(7);

/** Which every single adversary of both trust modes sees from how values are spread. */
export const SEEN_BY_ALL: Readonly<Record<string, Mutant>> = {
  'no masks': everywhere((_, __, length) => new Uint8Array(length)),
  'masks whose top byte is zero': everywhere((read, position, length) =>
    read(position, length).map((byte, i) => (i % 8 === 7 ? 0 : byte)),
  ),
  'the same masks wherever a stream is read': everywhere((read, _, length) => read(0, length)),
  'every second step under the masks of the step before': everywhere((read, position, length, label) => {
    const stride = 64 * Math.ceil(length / 64);
    const isSecond = isMaterial(label) && (position / stride) % 2 === 1;
    return read(isSecond ? position - stride : position, length);
  }),
  'each mask used for two values of a step': everywhere((read, position, length, label) => {
    const bytes = read(position, length);
    if (isMaterial(label)) for (let at = 0; at + 16 <= length; at += 16) bytes.copyWithin(at + 8, at, at + 8);
    return bytes;
  }),
  'carries of truncation under masks of eight bits': narrowCarries,
  'evaluators that share one stream': () => new StreamFamily(ONE_SECRET, ONE_SECRET),
  'records that enter without masks': everywhere((read, position, length, label) =>
    isRecords(label) ? new Uint8Array(length) : read(position, length),
  ),
};

/** Which the last evaluator sees, to whom corrections go. */
export const bareCorrections: Mutant = zeroShares((evaluator, { roles }) => evaluator !== lastEvaluator(roles));

/** With three evaluators: which the first and the last see together. */
export const correctionsBareToTwo: Mutant = zeroShares((evaluator, { roles }) => evaluator === roles.evaluators[1]);

/** Too little for the spread of a few runs: the lowest bit of the first value of every record has no mask. */
export const oneBareBit: Mutant = everywhere((read, position, length, label) => {
  const bytes = read(position, length);
  if (isRecords(label)) bytes[0] &= 0xfe;
  return bytes;
});

/** With three evaluators: the second and the third share one stream with the dealer, so that each knows the masks of the other. */
export const streamOfTwo: Mutant = (streams, evaluator, { roles }) =>
  evaluator === roles.evaluators[0] ? streams : new StreamFamily(ONE_SECRET, ONE_SECRET);

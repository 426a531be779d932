/**
 * Outputs: each missing share goes to the named recipients alone.
 * @module
 */
import { revealBytes, revealSenders, revealsOfPhase } from '../plan/cost.ts';
import { type OpOf, type Phase, type Plan, sizeOf } from '../plan/plan.ts';
import { planeWords } from '../ring/bit-kernels.ts';
import { addWords, xorWords } from '../ring/word-arrays.ts';
import type { Link, Position } from '../transport/link.ts';
import { decodeOutput } from './node.ts';

type Reveal = OpOf<'reveal'>;

export function revealsTo(phase: Phase, recipient: string): readonly Reveal[] {
  return revealsOfPhase(phase).filter(({ to }) => to.includes(recipient));
}

/** One output as it travels and is added up: ring elements, or one bit plane. */
export function outputWords(plan: Plan, { of }: Reveal): number {
  const value = plan.values[of];
  return value.kind === 'maskedBits' ? planeWords(sizeOf(value)) : sizeOf(value);
}

/** The parts of all outputs for one recipient, back to back. */
export function packOutputs(
  plan: Plan,
  reveals: readonly Reveal[],
  partOf: (reveal: Reveal) => Uint8Array,
): Uint8Array {
  const parts = reveals.map((reveal) => partOf(reveal).subarray(0, revealBytes(plan.values[reveal.of])));
  const message = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    message.set(part, at);
    at += part.length;
  }
  return message;
}

/** Receives the missing parts and adds them to `own`: the outputs of a phase at one recipient. */
export async function receiveOutputs(
  plan: Plan,
  phase: Phase,
  position: Position,
  self: string,
  links: ReadonlyMap<string, Link>,
  own: (reveal: Reveal) => BigUint64Array,
): Promise<[name: string, value: Float64Array][]> {
  const reveals = revealsTo(phase, self);
  if (reveals.length === 0) return [];
  const totals = reveals.map((reveal) => own(reveal));
  const length = reveals.reduce((sum, { of }) => sum + revealBytes(plan.values[of]), 0);
  const senders = [...links].filter(([peer]) => revealSenders(plan.roles, self).includes(peer));
  const messages = await Promise.all(senders.map(([, link]) => link.receive('output', position, length)));
  for (const message of messages) {
    let at = 0;
    reveals.forEach(({ of }, i) => {
      const value = plan.values[of];
      const bytes = revealBytes(value);
      const part = new BigUint64Array(totals[i].length);
      new Uint8Array(part.buffer).set(message.subarray(at, at + bytes));
      at += bytes;
      (value.kind === 'maskedBits' ? xorWords : addWords)(totals[i], part);
    });
  }
  return reveals.map((reveal, i) => [reveal.name, decodeOutput(plan.values[reveal.of], reveal, totals[i])]);
}

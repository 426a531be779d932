/**
 * Outputs: each missing share goes to the named recipients alone.
 * @module
 */
import { TrefoilError } from '../errors.ts';
import type { Output } from '../operations/effects.ts';
import { sizeOf, type Value } from '../operations/value.ts';
import type { Phase, Plan } from '../plan/plan.ts';
import { revealBytes, revealSenders, revealsOfPhase } from '../plan/quote/cost.ts';
import { planeWords } from '../ring/bit-kernels.ts';
import { addWords, xorWords } from '../ring/word-arrays.ts';
import type { Link, Position } from '../transport/link.ts';
import { decodeOutput } from './node.ts';

export function revealsTo(phase: Phase, recipient: string): readonly Output[] {
  return revealsOfPhase(phase).filter(({ to }) => to.includes(recipient));
}

/** One output as it travels and is added up: ring elements, or one bit plane. */
export function outputWords(plan: Plan, { of }: Output): number {
  const value = plan.values[of];
  return value.kind === 'maskedBits' ? planeWords(sizeOf(value)) : sizeOf(value);
}

/** The parts of all outputs for one recipient, back to back. */
export function packOutputs(
  plan: Plan,
  reveals: readonly Output[],
  partOf: (reveal: Output) => Uint8Array,
): Uint8Array {
  const parts = reveals.map((reveal) => partOf(reveal).subarray(0, revealBytes(plan.values[reveal.of])));
  const message = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  parts.forEach((part, i) => {
    message.set(part, at);
    at += part.length;
    message[at - 1] &= ~paddingOf(plan.values[reveals[i].of]);
  });
  return message;
}

/** The bits of the last byte of an output that belong to none of its elements: they travel as zeros. */
function paddingOf(value: Value): number {
  const used = value.kind === 'maskedBits' ? sizeOf(value) % 8 : 0;
  return used === 0 ? 0 : (0xff << used) & 0xff;
}

/** Receives the missing parts and adds them to `own`: the outputs of a phase at one recipient. */
export async function receiveOutputs(
  plan: Plan,
  phase: Phase,
  position: Position,
  self: string,
  links: ReadonlyMap<string, Link>,
  own: (reveal: Output) => BigUint64Array,
): Promise<[name: string, value: Float64Array][]> {
  const reveals = revealsTo(phase, self);
  if (reveals.length === 0) return [];
  const totals = reveals.map((reveal) => own(reveal));
  const length = reveals.reduce((sum, { of }) => sum + revealBytes(plan.values[of]), 0);
  const senders = [...links].filter(([peer]) => revealSenders(plan.roles, self).includes(peer));
  const messages = await Promise.all(senders.map(([, link]) => link.receive('output', position, length)));
  for (const [sender, message] of messages.entries()) {
    let at = 0;
    reveals.forEach(({ of }, i) => {
      const value = plan.values[of];
      const bytes = revealBytes(value);
      const part = new BigUint64Array(totals[i].length);
      new Uint8Array(part.buffer).set(message.subarray(at, at + bytes));
      at += bytes;
      if ((message[at - 1] & paddingOf(value)) !== 0) throw padded(senders[sender][0], reveals[i].name);
      (value.kind === 'maskedBits' ? xorWords : addWords)(totals[i], part);
    });
  }
  return reveals.map((reveal, i) => [reveal.name, decodeOutput(plan.values[reveal.of], reveal, totals[i])]);
}

function padded(sender: string, output: string): TrefoilError {
  return new TrefoilError(
    'TREFOIL_PEER',
    `${sender} sent a part of the output '${output}' with bits beyond its end; check that it runs the same version of Trefoil, then start all nodes again`,
    { place: { party: sender }, facts: { how: 'malformed' } },
  );
}

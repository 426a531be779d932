/**
 * The masked ring elements that an evaluator sees opened, from its transcript: its own share and the others', added up.
 * @module
 */
import { phaseLayout } from '../../plan/layout.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Seen } from './transcript.ts';

/** In the order of the rounds; the same plan gives the same places. */
export function openedRingElements(plan: Plan, messages: readonly Seen[]): BigUint64Array {
  const layouts = plan.phases.map((phase) => phaseLayout(plan, phase));
  const sums = new Map<string, BigUint64Array>();
  const ownSeen = new Set<string>();
  for (const { direction, kind, position, payload } of messages) {
    if (kind !== 'opening') continue;
    const place = `${position.phase}/${position.step}/${position.round}`;
    // The same own share goes to every other evaluator.
    if (direction === 'sent' && ownSeen.has(place)) continue;
    if (direction === 'sent') ownSeen.add(place);
    const words = layouts[plan.sessions[position.phase].phase].rounds[position.round].ringBytes / 8;
    const sum = sums.get(place) ?? new BigUint64Array(words);
    const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
    for (let i = 0; i < words; i++) sum[i] += view.getBigUint64(8 * i, true);
    sums.set(place, sum);
  }
  const all = new BigUint64Array([...sums.values()].reduce((count, { length }) => count + length, 0));
  let at = 0;
  for (const sum of sums.values()) {
    all.set(sum, at);
    at += sum.length;
  }
  return all;
}

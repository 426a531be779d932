/**
 * What an auditor finds of the model that it was given first: its own work at the auditor, its word at all others.
 * @module
 */
import { invariant } from '../errors.ts';
import type { Advantage } from '../privacy/membership-advantage.ts';
import type { Position } from '../transport/link.ts';
import { decodeVerdict, encodeVerdict, VERDICT_BYTES } from './course.ts';
import type { Node, Revealed } from './node.ts';

/** All others wait as long as the auditor takes, and hear at once when it fails. */
export async function auditedAdvantage(
  { self, links, audit }: Node,
  auditor: string,
  at: Position,
  revealed: Revealed,
): Promise<Advantage> {
  if (self !== auditor) {
    const link = links.get(auditor);
    invariant(link !== undefined, 'every node is linked to the auditor');
    return decodeVerdict(await link.receive('decision', at, VERDICT_BYTES), auditor);
  }
  invariant(audit !== undefined, 'an auditor knows how to audit');
  const advantage = await audit(revealed);
  for (const link of links.values()) link.send('decision', at, encodeVerdict(advantage));
  return advantage;
}

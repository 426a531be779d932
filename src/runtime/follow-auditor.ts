/**
 * What becomes of the model that an auditor was given first: it attacks it and tells the parties what it found, and a dealer service what follows.
 * @module
 */
import { invariant } from '../errors.ts';
import type { Link, Position } from '../transport/link.ts';
import {
  DECISION_BYTES,
  type Decisions,
  decodeVerdict,
  encodeDecision,
  encodeVerdict,
  VERDICT_BYTES,
} from './decisions.ts';
import type { Node, Revealed } from './node.ts';

/** All others wait as long as the auditor takes, and hear at once when it fails. */
export async function followAuditor(
  { self, plan, links, audit }: Node,
  decisions: Decisions,
  at: Position,
  revealed: Revealed,
): Promise<void> {
  const { release, roles } = plan;
  invariant(release?.on === 'copy', 'the plan names an auditor');
  const { auditor } = release;
  const isTold = (node: string) => roles.parties.includes(node);
  if (self !== auditor) {
    const link: Link | undefined = links.get(auditor);
    invariant(link !== undefined, 'every node is linked to the auditor');
    if (isTold(self)) decisions.judge(decodeVerdict(await link.receive('decision', at, VERDICT_BYTES), auditor));
    else decisions.follow('release', await link.receive('decision', at, DECISION_BYTES), auditor);
    return;
  }
  invariant(audit !== undefined, 'an auditor knows how to audit');
  const verdict = encodeVerdict(await audit(revealed));
  const decision = encodeDecision(decisions.judge(decodeVerdict(verdict, auditor)));
  for (const [peer, link] of links) link.send('decision', at, isTold(peer) ? verdict : decision);
}

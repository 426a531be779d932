/**
 * What other nodes hear of records that do not fit the job: its columns, and the rules that are broken.
 * @module
 */
import type { TrefoilError } from '../../errors.ts';
import { createOffer } from '../../prg/session-keys.ts';
import { keysToAlign } from '../alignment/aligned-job.ts';
import { agreementOfAlignment } from '../alignment/meet.ts';
import { agreementOf } from '../file/agreement.ts';
import { overTls, type ReachableNode } from './connect.ts';

/**
 * Connects with the peers that are there, and tells them in place of a run. It takes a few seconds. With a privacy budget nothing is told: a broken rule
 * says something of records that no noise hides. Returns why nobody could be told, where that is so.
 */
export async function tellMismatch(
  node: ReachableNode,
  refusal: TrefoilError,
  stop: AbortSignal,
): Promise<string | undefined> {
  const { job, plan, digests } = node.planned;
  if (refusal.code !== 'TREFOIL_DATA' || job.privacy !== undefined) return undefined;
  const silent = { onListening: () => undefined, onWaiting: () => undefined };
  const meeting = { offer: createOffer(), refusal, stop };
  const connect = overTls(node);
  try {
    if (keysToAlign(job) === undefined) {
      await connect.run({ ...meeting, plan, agreement: agreementOf(job, digests.plan), observer: silent });
    } else {
      await connect.align({ ...meeting, ...silent, agreement: agreementOfAlignment(job) });
    }
  } catch (error) {
    // A node that refuses is never connected: what comes back is the refusal itself.
    return error === refusal ? undefined : `the other nodes were not told: ${(error as Error).message}`;
  }
  return undefined;
}

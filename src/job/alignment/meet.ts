/**
 * How the parties meet for an alignment: over links of a service of their own, before any run and without a dealer.
 * @module
 */
import { ALIGNMENT, ALIGNMENT_PHASE, LARGEST_MESSAGE } from '../../alignment/messages.ts';
import type { TrefoilError } from '../../errors.ts';
import { createOffer, type OwnOffer, publicSeed } from '../../prg/session-keys.ts';
import { compareTranscripts } from '../../runtime/session.ts';
import type { Agreement } from '../../transport/agreement-check.ts';
import { connectMesh, type Mesh, type Offer } from '../../transport/mesh.ts';
import { DEALER } from '../../trust/modes.ts';
import { agreementOf } from '../file/agreement.ts';
import type { Job } from '../file/job.ts';
import { columnsTold } from '../node/records-wanted.ts';
import type { AlignmentPeer } from './prepare-alignment.ts';

/** What a party brings to its peers. */
export interface AlignmentMeeting {
  readonly offer: Offer;
  readonly agreement: Agreement;
  readonly onListening: (port: number) => void;
  readonly onWaiting: (text: string) => void;
  /** Why this party takes no part, which is all that it has come to tell. */
  readonly refusal?: TrefoilError;
  readonly stop: AbortSignal;
}

/** Gives the links to both peers, once they are there and agree. */
export type MeetForAlignment = (meeting: AlignmentMeeting) => Promise<Mesh>;

/** Seconds that a slow machine takes for a product on the curve. */
const SLOW_PRODUCT = 2e-4;
/** How much later than usual a party may answer a keepalive: it computes for a fifth of a second at a time, on a machine that has other work. */
const SILENCE_SECONDS = 10;
/** Products for each identifier of any party. */
const PRODUCTS = 5;

/** How long a party may compute while another waits for it. */
const longestWork = ({ parties }: Job): number =>
  SLOW_PRODUCT * PRODUCTS * parties.reduce((sum, { train, test, validation }) => sum + train + test + validation, 0);

/** Over TCP, with the certificates and addresses of the configuration. */
export function overTls({
  self,
  config,
  identities,
  job,
}: Pick<AlignmentPeer, 'self' | 'config' | 'identities' | 'job'>): MeetForAlignment {
  return (meeting) =>
    connectMesh({
      self,
      order: job.parties.map(({ name }) => name),
      ...(config.listen === undefined ? {} : { listen: config.listen }),
      peers: Object.fromEntries(
        [...identities.peers]
          .filter(([peer]) => peer !== DEALER)
          .map(([peer, { certificate }]) => [peer, { ...config.peers[peer], certificate }]),
      ),
      identity: identities.identity,
      connectSeconds: config.connectSeconds,
      stallSeconds: config.stallSeconds + longestWork(job),
      silenceSeconds: SILENCE_SECONDS,
      maxMessageBytes: LARGEST_MESSAGE,
      describe: ({ phase, step, round }) => ({
        phase: phase === ALIGNMENT_PHASE ? ALIGNMENT : `${phase}`,
        step: step + 1,
        round: round + 1,
      }),
      phases: [ALIGNMENT],
      columns: columnsTold(job),
      ...meeting,
    });
}

/** What the parties must have in common: the job, and that they align. */
export function agreementOfAlignment(job: Job): Agreement {
  const agreement = agreementOf(job, 'none: rows are aligned');
  return { ...agreement, items: { ...agreement.items, task: ALIGNMENT } };
}

/** Links to both peers, with a seed that all three contributed to. */
export interface AlignmentSession {
  readonly mesh: Mesh;
  readonly session: Uint8Array;
}

/** Meets the peers, and compares with them what all have offered. */
export async function openAlignment(
  self: string,
  job: Job,
  meet: MeetForAlignment,
  observer: Pick<AlignmentMeeting, 'onListening' | 'onWaiting' | 'stop'>,
): Promise<AlignmentSession> {
  const offer: OwnOffer = createOffer();
  const agreement = agreementOfAlignment(job);
  const mesh = await meet({ ...observer, offer, agreement });
  const parties = job.parties.map(({ name }) => name);
  const agreed = JSON.stringify(agreement.items);
  const digest = await compareTranscripts(self, parties, offer, mesh.offers, mesh.links, agreed).catch(
    async (error) => {
      await mesh.abort(error);
      throw error;
    },
  );
  return { mesh, session: publicSeed(digest) };
}

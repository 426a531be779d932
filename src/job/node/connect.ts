/**
 * How a node meets its peers: over a network with gRPC and mutual TLS. A rehearsal within one process has another way.
 * @module
 */

import type { TrefoilError } from '../../errors.ts';
import type { Plan } from '../../plan/plan.ts';
import { largestMessage } from '../../plan/quote/cost.ts';
import { longestSilence } from '../../plan/quote/work.ts';
import type { OwnOffer } from '../../prg/session-keys.ts';
import { trainingSteps } from '../../runtime/node.ts';
import { ALARM_PHASE } from '../../runtime/opened-alarm.ts';
import type { Agreement } from '../../transport/agreement-check.ts';
import type { Describe } from '../../transport/faults.ts';
import type { LoadedIdentities } from '../../transport/identity.ts';
import { connectMesh, type Mesh } from '../../transport/mesh.ts';
import { overTls as alignmentOverTls, type MeetForAlignment } from '../alignment/meet.ts';
import type { NodeConfig } from '../file/job.ts';
import type { PlannedJob } from '../file/planned-job.ts';
import { columnsTold } from './records-wanted.ts';

/** What a node brings to its peers. */
export interface Meeting {
  readonly plan: Plan;
  readonly offer: OwnOffer;
  /** What all nodes must have in common. */
  readonly agreement: Agreement;
  readonly observer: {
    onListening(port: number): void;
    onWaiting(text: string): void;
  };
  /** Why this node takes no part, which is all that it has come to tell. */
  readonly refusal?: TrefoilError;
  /** Stops the node, whatever it is doing, and its peers are told. */
  readonly stop: AbortSignal;
}

/** A node that can meet its peers over a network, whatever its records are like. */
export interface ReachableNode {
  readonly self: string;
  readonly planned: PlannedJob;
  readonly config: NodeConfig;
  readonly identities: LoadedIdentities;
}

/** How a node meets its peers. */
export interface Connect {
  /** Gives the links to all peers, once all of them are there and agree. */
  readonly run: (meeting: Meeting) => Promise<Mesh>;
  /** Those to the other parties alone, before the run. */
  readonly align: MeetForAlignment;
}

/** What a session may send where its plan is heard of once it is connected. */
const LARGEST_OF_ANY = 2 ** 22;

/** Over TCP, with the certificates and addresses of the configuration. */
export function overTls(prepared: ReachableNode): Connect {
  const { self, config, identities } = prepared;
  // A free port that was taken once is taken again: the peers know it by now.
  let listen = config.listen;
  const onListening = (port: number) => {
    if (listen !== undefined) listen = listen.replace(/:0$/, `:${port}`);
  };
  const run: Connect['run'] = ({ plan, offer, agreement, observer, refusal, stop }) => {
    const { roles } = plan;
    const silenceSeconds = longestSilence(plan);
    return connectMesh({
      self,
      order: roles.nodes,
      dealer: roles.dealer,
      dealerIsParty: roles.parties.includes(roles.dealer),
      ...(listen === undefined ? {} : { listen }),
      peers: Object.fromEntries(
        [...identities.peers].map(([peer, { certificate }]) => [peer, { ...config.peers[peer], certificate }]),
      ),
      identity: identities.identity,
      agreement,
      offer,
      connectSeconds: config.connectSeconds,
      stallSeconds: config.stallSeconds + silenceSeconds,
      silenceSeconds,
      maxMessageBytes: Math.max(largestMessage(plan), agreement.told === undefined ? 0 : LARGEST_OF_ANY),
      describe: describeIn(plan),
      phases: [...plan.phases.map(({ name }) => name), ALARM_PHASE],
      columns: columnsTold(prepared.planned.job),
      ...(refusal === undefined ? {} : { refusal }),
      stop,
      onListening: observer.onListening,
      onWaiting: observer.onWaiting,
    });
  };
  const align: Connect['align'] = (meeting) => {
    const peers = alignmentOverTls({ ...prepared, job: prepared.planned.job });
    return peers({
      ...meeting,
      onListening: (port) => {
        onListening(port);
        meeting.onListening(port);
      },
    });
  };
  return { run, align };
}

/** Phases by their names, steps of training counted over the whole run. */
function describeIn(plan: Plan): Describe {
  const { before } = trainingSteps(plan);
  return ({ phase: session, step, round }) => {
    const phase = plan.phases[plan.sessions[session]?.phase];
    // A peer may send any number.
    if (phase === undefined) return { phase: `${session}`, step: step + 1, round: round + 1 };
    return { phase: phase.name, step: (phase.trains ? before[session] : 0) + step + 1, round: round + 1 };
  };
}

/**
 * How a node meets its peers: over a network with gRPC and mutual TLS. A rehearsal within one process has another way.
 * @module
 */

import type { Plan } from '../../plan/plan.ts';
import { largestMessage } from '../../plan/quote/cost.ts';
import { longestSilence } from '../../plan/quote/work.ts';
import type { OwnOffer } from '../../prg/session-keys.ts';
import { trainingSteps } from '../../runtime/node.ts';
import { ALARM_PHASE } from '../../runtime/opened-alarm.ts';
import type { Agreement } from '../../transport/agreement-check.ts';
import type { Describe } from '../../transport/faults.ts';
import { connectMesh, type Mesh } from '../../transport/mesh.ts';
import type { PreparedPeer } from './prepare.ts';

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
  /** Stops the node, whatever it is doing, and its peers are told. */
  readonly stop: AbortSignal;
}

/** Gives the links to all peers, once all of them are there and agree. */
export type Connect = (meeting: Meeting) => Promise<Mesh>;

/** Over TCP, with the certificates and addresses of the configuration. */
export function overTls({ self, config, identities }: PreparedPeer): Connect {
  return ({ plan, offer, agreement, observer, stop }) => {
    const { roles } = plan;
    const silenceSeconds = longestSilence(plan);
    return connectMesh({
      self,
      order: roles.nodes,
      dealer: roles.dealer,
      dealerIsParty: roles.parties.includes(roles.dealer),
      ...(config.listen === undefined ? {} : { listen: config.listen }),
      peers: Object.fromEntries(
        [...identities.peers].map(([peer, { certificate }]) => [peer, { ...config.peers[peer], certificate }]),
      ),
      identity: identities.identity,
      agreement,
      offer,
      connectSeconds: config.connectSeconds,
      stallSeconds: config.stallSeconds + silenceSeconds,
      silenceSeconds,
      maxMessageBytes: largestMessage(plan),
      describe: describeIn(plan),
      phases: [...plan.phases.map(({ name }) => name), ALARM_PHASE],
      stop,
      onListening: observer.onListening,
      onWaiting: observer.onWaiting,
    });
  };
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

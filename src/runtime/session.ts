/**
 * Joins nodes that have exchanged offers into a session: keys from everybody's nonces, and the role that the plan gives this node.
 * @module
 */
import { TrefoilError } from '../errors.ts';
import { isOutput } from '../plan/outputs/catalogue.ts';
import type { Roles } from '../plan/plan.ts';
import {
  type Offer,
  type OwnOffer,
  pairwiseStreams,
  publicSeed,
  publicStreams,
  transcript,
} from '../prg/session-keys.ts';
import type { Streams } from '../prg/stream.ts';
import type { Link, Position } from '../transport/link.ts';
import { runDealer } from './dealer/dealer.ts';
import { runEvaluator } from './evaluator/evaluator.ts';
import type { Node, Outcome } from './node.ts';
import { Alarm } from './opened-alarm.ts';
import { ProfiledLink } from './profile/profiled-link.ts';

export interface SessionKeys {
  readonly shared: ReadonlyMap<string, Streams>;
  readonly publicStreams: Streams;
  /** Reproduces batch order and initial weights. Public. */
  readonly publicSeed: Uint8Array;
}

const START: Position = { phase: 0, step: 0, round: 0 };

/** Compares with every peer what all nodes offered and agreed on. Gives its digest, to which all of them contributed. */
export async function compareTranscripts(
  self: string,
  nodes: readonly string[],
  own: OwnOffer,
  offers: ReadonlyMap<string, Offer>,
  links: ReadonlyMap<string, Link>,
  agreed: string,
): Promise<Uint8Array> {
  const all = nodes.map((name) => [name, name === self ? own : offerOf(offers, name)] as const);
  const digest = transcript(all, agreed);
  for (const link of links.values()) link.send('ready', START, digest);
  for (const [peer, link] of links) {
    const theirs = await link.receive('ready', START, digest.length);
    if (!digest.every((byte, i) => byte === theirs[i])) {
      throw new TrefoilError(
        'TREFOIL_DISAGREEMENT',
        `${peer} was shown other keys than ${self}: start all nodes again`,
        {
          place: { party: peer },
        },
      );
    }
  }
  return digest;
}

/** Compares the transcript with every peer, then derives the keys of the session. */
export async function openSession(
  self: string,
  roles: Roles,
  own: OwnOffer,
  offers: ReadonlyMap<string, Offer>,
  links: ReadonlyMap<string, Link>,
  agreed: string,
): Promise<SessionKeys> {
  const digest = await compareTranscripts(self, roles.nodes, own, offers, links, agreed);
  const counterparts = self === roles.dealer ? roles.evaluators : [roles.dealer];
  const seed = publicSeed(digest);
  return {
    shared: new Map(counterparts.map((peer) => [peer, pairwiseStreams(own, offerOf(offers, peer), digest)])),
    publicStreams: publicStreams(seed),
    publicSeed: seed,
  };
}

function offerOf(offers: ReadonlyMap<string, Offer>, peer: string): Offer {
  const offer = offers.get(peer);
  if (offer === undefined) throw new TrefoilError('TREFOIL_INTERNAL', `no offer of ${peer}`);
  return offer;
}

/** Runs the plan in this node's role. Throws `TREFOIL_RANGE` where the alarm of the run tripped. */
export async function runRole(
  node: Node,
  evaluate: (node: Node) => Promise<Outcome> = runEvaluator,
  deal: (node: Node) => Promise<Outcome> = runDealer,
): Promise<Outcome> {
  const { links, profile } = node;
  const alarm = new Alarm(node.plan);
  const guarded: Node = {
    ...node,
    links:
      profile === undefined
        ? links
        : new Map([...links].map(([peer, link]) => [peer, new ProfiledLink(link, profile)])),
    onRevealed: (name, value) => {
      node.onRevealed(name, value);
      if (isOutput(name, 'alarm')) alarm.read(value);
    },
    onProgress: (progress) => {
      alarm.trained(progress.trainingSteps);
      node.onProgress(progress);
    },
  };
  return node.self === node.plan.roles.dealer ? deal(guarded) : evaluate(guarded);
}

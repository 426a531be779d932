/**
 * Joins nodes that have exchanged offers into a session: keys from everybody's nonces, and the role that the plan gives this node.
 * @module
 */
import { TrefoilError } from '../errors.ts';
import { ALARM_PARTS, type Plan, type Roles } from '../plan/plan.ts';
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
import { runDealer } from './dealer.ts';
import { runEvaluator } from './evaluator.ts';
import type { Node, Outcome } from './node.ts';
import { ProfiledLink } from './profiled-link.ts';

export interface SessionKeys {
  readonly shared: ReadonlyMap<string, Streams>;
  readonly publicStreams: Streams;
  /** Reproduces batch order and initial weights. Public. */
  readonly publicSeed: Uint8Array;
}

const START: Position = { phase: 0, step: 0, round: 0 };

/** Compares the transcript with every peer, then derives the keys of the session. */
export async function openSession(
  self: string,
  roles: Roles,
  own: OwnOffer,
  offers: ReadonlyMap<string, Offer>,
  links: ReadonlyMap<string, Link>,
  agreed: string,
): Promise<SessionKeys> {
  const all = roles.nodes.map((name) => [name, name === self ? own : offerOf(offers, name)] as const);
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
export async function runRole(node: Node, evaluate: (node: Node) => Promise<Outcome> = runEvaluator): Promise<Outcome> {
  const { links, profile } = node;
  const guarded: Node = {
    ...node,
    links:
      profile === undefined
        ? links
        : new Map([...links].map(([peer, link]) => [peer, new ProfiledLink(link, profile)])),
    onRevealed: (name, value) => {
      node.onRevealed(name, value);
      if (name === 'alarm' && value.some((bit) => bit !== 0)) throw rangeAlarm(node.plan, value);
      if (name === 'in range' && value[0] === 0) throw privateAlarm(node.plan);
    },
  };
  return node.self === node.plan.roles.dealer ? runDealer(guarded) : evaluate(guarded);
}

/** Where in a run its alarm is read, in an error. */
export const ALARM_PHASE = 'range alarm';

/** Says where a value left its range, and when. */
function rangeAlarm({ sites, training }: Plan, bits: Float64Array): TrefoilError {
  const steps = training.stepsPerEpoch * training.epochs;
  const where = sites.flatMap((site, s) => {
    const parts = Array.from({ length: ALARM_PARTS }, (_, part) => part).filter(
      (part) => bits[s * ALARM_PARTS + part] !== 0,
    );
    if (parts.length === 0) return [];
    const from = Math.ceil((parts[0] * steps) / ALARM_PARTS) + 1;
    const to = Math.ceil(((parts[parts.length - 1] + 1) * steps) / ALARM_PARTS);
    return [`${site}, in steps ${from} to ${to}`];
  });
  return new TrefoilError(
    'TREFOIL_RANGE',
    'the range alarm tripped: a value left the interval where the arithmetic is right, so the model would be wrong and none is released; ' +
      'lower training.learningRate, raise training.l2 or lower data.clip. It was in:',
    { problems: where, place: { phase: ALARM_PHASE } },
  );
}

/** In a private run, which opens one bit about all sites together. */
function privateAlarm({ sites }: Plan): TrefoilError {
  return new TrefoilError(
    'TREFOIL_RANGE',
    'the range alarm tripped: a weight left the interval where what one record adds is bounded, so no model is released, though the budget ' +
      'counts as spent; much noise at a high rate drives weights far: lower training.learningRate, raise training.batch, privacy.epsilon or ' +
      'training.l2. It was in one of these, and nobody learns in which:',
    { problems: sites, place: { phase: ALARM_PHASE } },
  );
}

/** What the nodes of a small job see, run over links in memory with keys from a seed, on altered streams if a mutant is given. */
import { x25519 } from '@noble/curves/ed25519.js';
import { Draws } from '../../../src/audit/models/draws.ts';
import type { NodeView } from '../../../src/audit/views/node-view.ts';
import { TranscribedLink, Transcript } from '../../../src/audit/views/transcript.ts';
import { invariant } from '../../../src/errors.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import type { OwnOffer } from '../../../src/prg/session-keys.ts';
import type { InputsOf } from '../../../src/runtime/clear/simulate.ts';
import { openSession, runRole } from '../../../src/runtime/session.ts';
import { memoryLinks } from '../../../src/transport/memory-links.ts';
import type { Mutant } from './mutants.ts';

/** The same every time: a test of chance fails always or never. */
function offerFrom(seed: string, node: string): OwnOffer {
  const draws = new Draws(seed, `keys of ${node}`);
  const bytes = () => Uint8Array.from({ length: 32 }, () => draws.below(256));
  const secretKey = bytes();
  return { nonce: bytes(), secretKey, publicKey: x25519.getPublicKey(secretKey) };
}

export async function memoryRun(
  plan: Plan,
  inputs: InputsOf,
  seed: string,
  mutant?: Mutant,
): Promise<ReadonlyMap<string, NodeView>> {
  const { roles } = plan;
  const offers = new Map(roles.nodes.map((name) => [name, offerFrom(seed, name)]));
  const mesh = memoryLinks(roles.nodes);
  const views = await Promise.all(
    roles.nodes.map(async (self): Promise<NodeView> => {
      const [own, plain] = [offers.get(self), mesh.get(self)];
      invariant(own !== undefined && plain !== undefined, 'every node has an offer and links');
      const transcript = new Transcript(2 ** 27);
      const links = new Map([...plain].map(([peer, link]) => [peer, new TranscribedLink(link, transcript)]));
      const keys = await openSession(self, roles, own, offers, links, 'audit');
      const shared = new Map(
        [...keys.shared].map(([peer, streams]) => [
          peer,
          mutant === undefined ? streams : mutant(streams, self === roles.dealer ? peer : self, plan),
        ]),
      );
      const silent = { onProgress: () => undefined, onRevealed: () => undefined };
      await runRole({ self, plan, threads: 1, links, ...keys, shared, inputs: inputs(self), ...silent });
      return { node: self, transcript, shared, publicStreams: keys.publicStreams };
    }),
  );
  return new Map(views.map((view) => [view.node, view]));
}

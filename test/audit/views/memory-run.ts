/** What the nodes of a small job see, run over links in memory, on altered streams if a mutant is given. */
import type { NodeView } from '../../../src/audit/views/node-view.ts';
import { TranscribedLink, Transcript } from '../../../src/audit/views/transcript.ts';
import { invariant } from '../../../src/errors.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { createOffer } from '../../../src/prg/session-keys.ts';
import { openSession, runRole } from '../../../src/runtime/session.ts';
import type { InputsOf } from '../../../src/runtime/simulate.ts';
import { memoryLinks } from '../../../src/transport/memory.ts';
import type { Mutant } from './mutants.ts';

export async function memoryRun(plan: Plan, inputs: InputsOf, mutant?: Mutant): Promise<ReadonlyMap<string, NodeView>> {
  const { roles } = plan;
  const offers = new Map(roles.nodes.map((name) => [name, createOffer()]));
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

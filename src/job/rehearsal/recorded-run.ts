/**
 * A run of a plan by all its nodes in this process, over gRPC and mutual TLS on the loopback interface, in which each node keeps what it
 * sees. The audit makes such runs on made-up keys; what they show is never written anywhere.
 * @module
 */
import type { NodeView } from '../../audit/views/node-view.ts';
import { TranscribedLink, Transcript } from '../../audit/views/transcript.ts';
import { TrefoilError } from '../../errors.ts';
import { planDigest } from '../../plan/digest.ts';
import type { Plan } from '../../plan/plan.ts';
import { largestMessage } from '../../plan/quote/cost.ts';
import { createOffer } from '../../prg/session-keys.ts';
import type { InputsOf } from '../../runtime/clear/simulate.ts';
import { openSession, runRole } from '../../runtime/session.ts';
import { createIdentity } from '../../transport/create-identity.ts';
import type { Identity } from '../../transport/identity.ts';
import { connectMesh } from '../../transport/mesh.ts';

const CONNECT_SECONDS = 30;
const STALL_SECONDS = 60;
/** A run that is audited is small. */
const MOST_BYTES = 2 ** 28;

export type Identities = ReadonlyMap<string, Identity>;

/** Throw-away certificates, one for each node of a plan; they serve for any number of runs, as those of real nodes do. */
export async function auditIdentities({ roles }: Plan): Promise<Identities> {
  return new Map(
    await Promise.all(roles.nodes.map(async (name) => [name, await createIdentity({ name, days: 1 })] as const)),
  );
}

/**
 * Runs the plan with new connections, nonces and keys, and gives what each node saw, by name. `inputs` are the owners' records.
 * Throws what the first node to fail throws.
 */
export async function recordedRun(
  plan: Plan,
  inputs: InputsOf,
  identities: Identities,
  stop?: AbortSignal,
): Promise<ReadonlyMap<string, NodeView>> {
  // Of this run alone: each of its nodes listens, and the first that fails ends all.
  const ending = new AbortController();
  const end = () => ending.abort(stop?.reason);
  if (stop?.aborted) end();
  stop?.addEventListener('abort', end);
  try {
    return await runAll({ plan, inputs, identities, ending });
  } finally {
    stop?.removeEventListener('abort', end);
  }
}

interface Setting {
  readonly plan: Plan;
  readonly inputs: InputsOf;
  readonly identities: Identities;
  readonly ending: AbortController;
}

async function runAll(setting: Setting): Promise<Map<string, NodeView>> {
  const { nodes } = setting.plan.roles;
  const addresses = new Map<string, string>();
  const runs: Promise<NodeView>[] = [];
  for (const self of nodes) {
    // What ended it shows in the nodes that have begun.
    if (setting.ending.signal.aborted && runs.length > 0) break;
    await new Promise<void>((resolve) => {
      const listening = (port: number) => {
        addresses.set(self, `127.0.0.1:${port}`);
        resolve();
      };
      const run = recordedNode(self, setting, addresses, listening);
      runs.push(run);
      // The last node listens nowhere.
      if (self === nodes.at(-1)) resolve();
      run.catch(() => {
        setting.ending.abort(`the failure of ${self}`);
        resolve();
      });
    });
  }
  const settled = await Promise.allSettled(runs);
  const failures = settled.flatMap((run) => (run.status === 'rejected' ? [run.reason as Error] : []));
  // Others only say that this one stopped.
  const cause = failures.find((error) => !(error instanceof TrefoilError && error.code === 'TREFOIL_ABORTED'));
  if (failures.length > 0) throw cause ?? failures[0];
  return new Map(await Promise.all(runs.map(async (run) => [(await run).node, await run] as const)));
}

async function recordedNode(
  self: string,
  { plan, inputs, identities, ending }: Setting,
  addresses: ReadonlyMap<string, string>,
  onListening: (port: number) => void,
): Promise<NodeView> {
  const { roles } = plan;
  const offer = createOffer();
  const identityOf = (name: string): Identity => {
    const identity = identities.get(name);
    if (identity === undefined) throw new TrefoilError('TREFOIL_INTERNAL', `there is no identity of ${name}`);
    return identity;
  };
  const peers = roles.nodes
    .filter((name) => name !== self)
    .map((name) => {
      const address = addresses.get(name);
      const { certificate } = identityOf(name);
      return [name, address === undefined ? { certificate } : { address, certificate }] as const;
    });
  const agreement = { items: { plan: planDigest(plan) } };
  const mesh = await connectMesh({
    self,
    order: roles.nodes,
    dealer: roles.dealer,
    dealerIsParty: roles.parties.includes(roles.dealer),
    listen: '127.0.0.1:0',
    peers: Object.fromEntries(peers),
    identity: identityOf(self),
    agreement,
    offer,
    connectSeconds: CONNECT_SECONDS,
    stallSeconds: STALL_SECONDS,
    maxMessageBytes: largestMessage(plan),
    stop: ending.signal,
    onListening,
  });
  try {
    const transcript = new Transcript(MOST_BYTES);
    const links = new Map([...mesh.links].map(([peer, link]) => [peer, new TranscribedLink(link, transcript)]));
    const work = async () => {
      const keys = await openSession(self, roles, offer, mesh.offers, links, JSON.stringify(agreement.items));
      const silent = { onProgress: () => undefined, onRevealed: () => undefined };
      await runRole({ self, plan, threads: 1, links, ...keys, inputs: inputs(self), ...silent });
      return keys;
    };
    const { shared, publicStreams } = await Promise.race([work(), mesh.failed]);
    await mesh.close();
    return { node: self, transcript, shared, publicStreams };
  } catch (error) {
    const known =
      error instanceof TrefoilError
        ? error
        : new TrefoilError('TREFOIL_INTERNAL', `${self} failed: ${(error as Error).message}`, { cause: error });
    await mesh.abort(known);
    throw known;
  }
}

/**
 * All roles in one process, over links in memory: the same executors, no network.
 * @module
 */
import { invariant } from '../errors.ts';
import type { Plan } from '../plan/plan.ts';
import { createOffer } from '../prg/session-keys.ts';
import type { Streams } from '../prg/stream.ts';
import type { Link } from '../transport/link.ts';
import { memoryLinks } from '../transport/memory.ts';
import type { Node, Outcome, Revealed } from './node.ts';
import { openSession, runRole, type SessionKeys } from './session.ts';

export type InputsOf = (node: string) => Node['inputs'];

/** For each node, its links by peer. */
export type Mesh = ReadonlyMap<string, ReadonlyMap<string, Link>>;

export interface Simulation {
  readonly outcomes: ReadonlyMap<string, Outcome>;
  readonly links: Mesh;
  readonly publicSeed: Uint8Array;
}

/** Runs a plan with fresh keys. */
export async function simulate(
  plan: Plan,
  inputs: InputsOf,
  observe: Partial<Node> = {},
  mesh: Mesh = memoryLinks(plan.roles.nodes),
): Promise<Simulation> {
  const { nodes } = plan.roles;
  const offers = new Map(nodes.map((name) => [name, createOffer()]));
  const keys = await Promise.all(
    nodes.map((self) => {
      const [own, links] = [offers.get(self), mesh.get(self)];
      invariant(own !== undefined && links !== undefined, 'every node has an offer and links');
      return openSession(self, plan.roles, own, offers, links, 'simulation');
    }),
  );
  const outcomes = await runAll(plan, inputs, mesh, keys, observe);
  return { outcomes, links: mesh, publicSeed: keys[0].publicSeed };
}

/**
 * The fixed-point twin, in the clear: the same executors under masks that anybody can compute from the public randomness of the run,
 * `order`, so with the same rounding as a real run but no secret.
 */
export async function simulateInTheClear(
  plan: Plan,
  inputs: InputsOf,
  order: Streams,
  observe: Partial<Node> = {},
): Promise<Revealed> {
  const { nodes } = plan.roles;
  const shared = new Map(nodes.map((name) => [name, { stream: (label: string) => order.stream(`public ${label}`) }]));
  const keys = nodes.map(() => ({ shared, publicStreams: order, publicSeed: new Uint8Array(0) }));
  const outcomes = await runAll(plan, inputs, memoryLinks(nodes), keys, observe);
  return outcomes.get(plan.roles.parties[0])?.revealed ?? new Map();
}

async function runAll(
  plan: Plan,
  inputs: InputsOf,
  mesh: Mesh,
  keys: readonly SessionKeys[],
  observe: Partial<Node>,
): Promise<Map<string, Outcome>> {
  const results = await Promise.all(
    plan.roles.nodes.map(async (self, i) => {
      const links = mesh.get(self);
      invariant(links !== undefined, 'every node has links');
      const node: Node = {
        self,
        plan,
        links,
        ...keys[i],
        inputs: inputs(self),
        onProgress: () => undefined,
        onRevealed: () => undefined,
        ...observe,
      };
      return [self, await runRole(node)] as const;
    }),
  );
  return new Map(results);
}

/**
 * All roles in one process, over links in memory: the same executors, no network.
 * @module
 */
import { invariant } from '../../errors.ts';
import type { Plan } from '../../plan/plan.ts';
import { createOffer } from '../../prg/session-keys.ts';
import type { Streams } from '../../prg/stream.ts';
import type { Link } from '../../transport/link.ts';
import { memoryLinks } from '../../transport/memory-links.ts';
import { runEvaluator, runEvaluatorInTheClear } from '../evaluator/evaluator.ts';
import type { Node, Outcome, Revealed } from '../node.ts';
import type { Profile } from '../profile/profile.ts';
import { openSession, runRole, type SessionKeys } from '../session.ts';
import { PublicMasks } from './in-the-clear.ts';
import type { TrainedStep } from './trained-step.ts';

export type InputsOf = (node: string) => Node['inputs'];

export type Observe = Partial<Node> | ((node: string) => Partial<Node>);

/** For each node, its links by peer. */
export type Mesh = ReadonlyMap<string, ReadonlyMap<string, Link>>;

export interface Simulation {
  readonly outcomes: ReadonlyMap<string, Outcome>;
  readonly links: Mesh;
  readonly publicSeed: Uint8Array;
}

/** Runs a plan with fresh keys; nodes that are given a profile book their time there. `observe` is of all nodes, or of each by its name. */
export async function simulate(
  plan: Plan,
  inputs: InputsOf,
  observe: Observe = {},
  mesh: Mesh = memoryLinks(plan.roles.nodes),
  profiles: ReadonlyMap<string, Profile> = new Map(),
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
  const outcomes = await runAll(plan, inputs, mesh, keys, observe, runEvaluator, profiles);
  return { outcomes, links: mesh, publicSeed: keys[0].publicSeed };
}

/**
 * The fixed-point twin, in the clear: the same executors under masks that anybody can compute from the public randomness of the run,
 * `order`, so with the same rounding as a real run but no secret. Where there is one evaluator, `onStep` sees each step of training.
 */
export async function simulateInTheClear(
  plan: Plan,
  inputs: InputsOf,
  order: Streams,
  { onStep, ...observe }: Partial<Node> & { readonly onStep?: (step: TrainedStep) => void } = {},
): Promise<Revealed> {
  const { nodes } = plan.roles;
  const shared = new Map(nodes.map((name) => [name, new PublicMasks(order)]));
  const keys = nodes.map(() => ({ shared, publicStreams: order, publicSeed: new Uint8Array(0) }));
  const evaluate = (node: Node) =>
    onStep === undefined ? runEvaluator(node) : runEvaluatorInTheClear({ ...node, shared, onStep });
  const outcomes = await runAll(plan, inputs, memoryLinks(nodes), keys, observe, evaluate);
  return outcomes.get(plan.roles.parties[0])?.revealed ?? new Map();
}

async function runAll(
  plan: Plan,
  inputs: InputsOf,
  mesh: Mesh,
  keys: readonly SessionKeys[],
  observe: Observe,
  evaluate = runEvaluator,
  profiles: ReadonlyMap<string, Profile> = new Map(),
): Promise<Map<string, Outcome>> {
  const results = await Promise.all(
    plan.roles.nodes.map(async (self, i) => {
      const links = mesh.get(self);
      invariant(links !== undefined, 'every node has links');
      const profile = profiles.get(self);
      const node: Node = {
        self,
        plan,
        threads: 1,
        links,
        ...keys[i],
        inputs: inputs(self),
        onProgress: () => undefined,
        onRevealed: () => undefined,
        ...(typeof observe === 'function' ? observe(self) : observe),
        ...(profile === undefined ? {} : { profile }),
      };
      return [self, await runRole(node, evaluate)] as const;
    }),
  );
  return new Map(results);
}

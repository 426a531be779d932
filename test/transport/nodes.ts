/** Whole meshes within the test process: real gRPC on free ports, real certificates. */
import { randomBytes } from 'node:crypto';
import type { TrefoilError } from '../../src/errors.ts';
import { createIdentity } from '../../src/transport/create-identity.ts';
import type { Identity } from '../../src/transport/identity.ts';
import { connectMesh, type Mesh, type MeshOptions } from '../../src/transport/mesh.ts';

export type Identities = Readonly<Record<string, Identity>>;

export async function createIdentities(...names: string[]): Promise<Identities> {
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await createIdentity({ name })])));
}

export interface Nodes {
  /** By name; each settles when that node is connected or has failed. */
  readonly meshes: Readonly<Record<string, Promise<Mesh>>>;
  /** By name, of those that listen. */
  readonly addresses: Readonly<Record<string, string>>;
}

/** Starts `started` of the nodes in `order`, the first of which deals. `change` adapts the options of single nodes. */
export async function startNodes(
  order: readonly string[],
  identities: Identities,
  {
    started = order,
    change = {},
    addresses = {},
    ...common
  }: Partial<MeshOptions> & {
    readonly started?: readonly string[];
    readonly change?: Readonly<Record<string, Partial<MeshOptions>>>;
    readonly addresses?: Record<string, string>;
  } = {},
): Promise<Nodes> {
  const meshes: Record<string, Promise<Mesh>> = {};
  for (const self of started) {
    await new Promise<void>((resolve) => {
      const peers = order
        .filter((name) => name !== self)
        .map((name) => [name, { certificate: identities[name].certificate, address: addresses[name] }]);
      meshes[self] = connectMesh({
        self,
        order,
        dealer: order[0],
        dealerIsParty: true,
        listen: '127.0.0.1:0',
        peers: Object.fromEntries(peers),
        identity: identities[self],
        agreement: { items: { 'trust mode': 'honest-majority' } },
        offer: { nonce: randomBytes(32), publicKey: randomBytes(32) },
        connectSeconds: 10,
        stallSeconds: 60,
        maxMessageBytes: 8 << 20,
        ...common,
        ...change[self],
        onListening: (port) => {
          addresses[self] ??= `127.0.0.1:${port}`;
          resolve();
        },
      });
      meshes[self].then(
        () => resolve(),
        () => resolve(),
      );
      if (self === order.at(-1)) resolve();
    });
  }
  return { meshes, addresses };
}

export async function connected(nodes: Nodes): Promise<Record<string, Mesh>> {
  const entries = Object.entries(nodes.meshes);
  return Object.fromEntries(await Promise.all(entries.map(async ([name, mesh]) => [name, await mesh])));
}

export function linkBetween(meshes: Readonly<Record<string, Mesh>>, self: string, peer: string) {
  const link = meshes[self].links.get(peer);
  if (link === undefined) throw new Error(`no link from ${self} to ${peer}`);
  return link;
}

/** The error that a promise rejects with. */
export async function failureOf(promise: Promise<unknown>): Promise<TrefoilError> {
  try {
    await promise;
  } catch (error) {
    return error as TrefoilError;
  }
  throw new Error('expected a failure');
}

/**
 * All links of one node of a job.
 * @module
 */
import { checkPinned } from './check-pinned.ts';
import { GrpcMesh } from './grpc-mesh.ts';
import type { Mesh, MeshOptions, Offer } from './mesh-options.ts';

export type { Mesh, MeshOptions, Offer };

/**
 * Connects with every other node of the job. Throws, after telling the peers that are connected already: `TREFOIL_IDENTITY`,
 * `TREFOIL_CONFIG` (the address to listen at), `TREFOIL_UNREACHABLE`, `TREFOIL_DISAGREEMENT`, `TREFOIL_PEER`, `TREFOIL_ABORTED`.
 *
 * A node that blocks its own thread for more than four seconds looks dead to its peers.
 */
export async function connectMesh(options: MeshOptions): Promise<Mesh> {
  checkPinned(options);
  const mesh = new GrpcMesh(options);
  await mesh.connect();
  return mesh;
}

/**
 * A sum with Gaussian noise, of which nobody knows all, of at least noiseMultiplier·sensitivity.
 * @module
 */

import { setEach } from '../entries.ts';
import type { Graph, NodeId, NodeKind, Scalar } from '../graph.ts';
import { noDerivative } from '../of-a-step.ts';

export interface Noise {
  readonly op: 'noise';
  readonly a: NodeId;
  readonly sensitivity: Scalar;
  readonly noiseMultiplier: number;
}

declare module '../graph.ts' {
  interface NodeTypes {
    readonly noise: Noise;
  }
}

const kind: NodeKind<Noise> = {
  derivative: noDerivative,
  value({ is }, values, out) {
    const [a, deviation] = [values.of(is.a), values.real(is.sensitivity) * is.noiseMultiplier];
    return setEach(out, (i) => a[i] + deviation * values.gaussian());
  },
};

export const noise = (graph: Graph, a: NodeId, sensitivity: Scalar, noiseMultiplier: number): NodeId =>
  graph.placeLike(kind, { op: 'noise', a, sensitivity, noiseMultiplier }, a);

/**
 * What the row of a kind of node sees of the lowering it is part of.
 * @module
 */
import type { Graph, Node, NodeId, NodeOp } from '../../graph/graph.ts';
import type { ValueId } from '../plan.ts';
import type { PhaseBuilder } from '../write/phase-builder.ts';
import type { Activations } from './activations.ts';
import type { ClippedScales } from './clipped-scales.ts';
import type { Expression, Part, Scaled } from './expression.ts';
import type { Softmax } from './softmax-series.ts';
import type { Watched } from './watched.ts';

export interface LoweringContext {
  readonly graph: Graph;
  readonly phase: PhaseBuilder;
  readonly activations: Activations;
  /** Half-width of the interval on which smooth functions hold. */
  readonly interval: number;
  readonly watched: Watched;
  /** The scales at which rows are clipped; none without clipping. */
  readonly clipping: ClippedScales | undefined;
  /** What softmaxes have been lowered, by the node of their logits. */
  readonly softmaxes: Map<NodeId, Softmax>;
  /** How many rows a clipping factor leaves as they are, as shares, by the factor's node. */
  readonly unclippedRows: Map<NodeId, ValueId>;
  /** The node as a sum of values that are there already. */
  expression(node: NodeId): Expression;
  /** The node as one masked value, times a public coefficient. */
  masked(node: NodeId): Scaled;
  /** The node as one masked value, which has no factor. */
  asIs(node: NodeId): ValueId;
  /** The product `product` of `other` with the bits that a node is made of; nothing where that node is no such bits. */
  selected(product: NodeId, bits: NodeId, other: NodeId): Part | undefined;
  /** What a node is proved to stay within, where adding up bounds says less. */
  provedBound(node: NodeId): number | undefined;
  /** Cuts a node's masked value down to where it has the bits of an operand, for all that use it from here on. */
  narrowed(node: NodeId): Scaled;
  /** Cuts a node's masked value down to what the product `product`, which selects it by bits, is to have, and watches it. */
  narrowedFor(product: NodeId, node: NodeId): Scaled;
}

/** How one kind of node is lowered. */
export interface NodeLowering<Is = NodeOp> {
  lower(context: LoweringContext, node: Node<Is>): Expression;
  /** Of a kind whose values are bits that are never opened as numbers: its product with the node `other`, which is the node `product`. */
  select?(context: LoweringContext, bits: Is, other: NodeId, product: NodeId): Part;
  /** True: what it selects is cut down first and watched then, where more of it adds up within the ring. Absent: it is watched as it is. */
  readonly narrowsSelected?: true;
}

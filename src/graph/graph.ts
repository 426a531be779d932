/**
 * Mathematics on real matrices, as data: a graph of nodes in topological order. Nothing here knows of shares, scales or rounds.
 *
 * What a node is stands in one file of `nodes/`: how it is made and of which shape, its derivative, and its value in float64.
 * @module
 */
import { invariant } from '../errors.ts';

/** A public number that may depend on the step through the learning rate: constant·rate^ratePower. */
export interface Scalar {
  readonly constant: number;
  readonly ratePower: 0 | 1;
}

export const scalar = (constant: number, ratePower: 0 | 1 = 0): Scalar => ({ constant, ratePower });

export function times(a: Scalar, b: Scalar): Scalar {
  invariant(a.ratePower + b.ratePower <= 1, 'a value is linear in the learning rate');
  return { constant: a.constant * b.constant, ratePower: a.ratePower === 1 || b.ratePower === 1 ? 1 : 0 };
}

/**
 * The data of each kind of node, by its name. Every file of `nodes/` adds its own kind here, so that a table over all kinds
 * does not compile while it lacks one.
 */
// biome-ignore lint/suspicious/noEmptyInterface: the files of nodes/ fill it.
export interface NodeTypes {}

export type NodeName = keyof NodeTypes;
export type NodeOp = NodeTypes[NodeName];
export type NodeId = number;

export interface Node<Is = NodeOp> {
  readonly id: NodeId;
  readonly rows: number;
  readonly cols: number;
  readonly is: Is;
  readonly kind: NodeKind;
  /** The node's name in messages. */
  readonly label?: string;
  /** The part of the model that it serves: `layer 1`, `weights 2`, … Absent: what the nodes that it is made of serve. */
  readonly layer?: string;
}

/** What the values of nodes are computed from: one graph on float64. */
export interface NodeValues {
  /** The values of a node that comes earlier, row by row. */
  of(id: NodeId): Float64Array;
  /** One row of them. */
  row(id: NodeId, row: number): Float64Array;
  /** The shape of a node. */
  shapeOf(id: NodeId): { readonly rows: number; readonly cols: number };
  /** The array that the caller binds to a name. */
  bound(name: string): Float64Array | undefined;
  /** A public number at the learning rate of this evaluation. */
  real(by: Scalar): number;
  /** A number of N(0, 1). */
  gaussian(): number;
}

/** What the gradient of a node gives to one of the nodes that it is made of. */
export type Contribution = readonly [part: NodeId, gradient: NodeId];

/** What one kind of node is. */
export interface NodeKind<Is = NodeOp> {
  /** True: its value is an array that the caller binds to its name. Absent: it is computed. */
  readonly isGiven?: true;
  /** The nodes that it multiplies with one another; absent where it multiplies none. */
  factors?(is: Is): readonly NodeId[];
  /** What the gradient `g` of the node gives to each of the nodes it is made of, as nodes of the same graph. */
  derivative(graph: Graph, node: Node<Is>, g: NodeId): readonly Contribution[];
  /** The node's value: in `out`, which has room for it, or an array of somebody else that is not written to. */
  value(node: Node<Is>, values: NodeValues, out: Float64Array): Float64Array;
}

export class Graph {
  readonly nodes: Node[] = [];

  /** A new node. Only the files of `nodes/` call it: each checks the shapes of its kind first. */
  place<Is extends NodeOp>(kind: NodeKind<Is>, is: Is, rows: number, cols: number): NodeId {
    const id = this.nodes.length;
    this.nodes.push({ id, rows, cols, is, kind });
    return id;
  }

  /** A new node of the shape of `like`. */
  placeLike<Is extends NodeOp>(kind: NodeKind<Is>, is: Is, like: NodeId): NodeId {
    const { rows, cols } = this.nodes[like];
    return this.place(kind, is, rows, cols);
  }

  /** Refuses two nodes of different shapes. */
  requireSameShape(a: NodeId, b: NodeId): void {
    const [x, y] = [this.nodes[a], this.nodes[b]];
    invariant(x.rows === y.rows && x.cols === y.cols, `shapes ${x.rows}×${x.cols} and ${y.rows}×${y.cols} agree`);
  }

  /** Names a node for messages, and says which part of the model it serves. */
  label(id: NodeId, label: string, layer?: string): NodeId {
    this.nodes[id] = { ...this.nodes[id], label, ...(layer === undefined ? {} : { layer }) };
    return id;
  }

  nameOf(id: NodeId): string {
    const { is, label } = this.nodes[id];
    return label ?? ('name' in is ? is.name : `${is.op} ${id}`);
  }

  /** The name and the part of the model of what is computed for a node. */
  labelOf(id: NodeId): { readonly name: string; readonly layer?: string } {
    const { layer } = this.nodes[id];
    return { name: this.nameOf(id), ...(layer === undefined ? {} : { layer }) };
  }

  /** Whether some product takes this node as a factor. */
  isFactor(id: NodeId): boolean {
    return this.nodes.some(({ is, kind }) => kind.factors?.(is).includes(id) === true);
  }
}

/**
 * Mathematics on real matrices, as data: a graph of nodes in topological order. Nothing here knows of shares, scales or rounds.
 * New layers and losses touch this level only.
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

/** What is known of a quotient by·a/√b. */
export interface RootQuotient {
  readonly by: Scalar;
  /** b is never smaller, */
  readonly least: number;
  /** and |a|/√b never larger. */
  readonly most: number;
}

/** A dense layer in a step: what it takes, and the gradient of each row's own loss at its output. */
export interface DenseRows {
  readonly input: NodeId;
  readonly gradient: NodeId;
}

export type NodeOp =
  | { readonly op: 'input' | 'parameter'; readonly name: string }
  | { readonly op: 'constant'; readonly value: Scalar }
  | { readonly op: 'scale'; readonly a: NodeId; readonly by: Scalar }
  | { readonly op: 'add'; readonly a: NodeId; readonly b: NodeId }
  | { readonly op: 'multiply'; readonly a: NodeId; readonly b: NodeId }
  | { readonly op: 'matmul'; readonly form: 'matmul' | 'matmulTN' | 'matmulNT'; readonly a: NodeId; readonly b: NodeId }
  /** Repeats a row (or a single number) to the shape of the node. */
  | { readonly op: 'broadcast'; readonly a: NodeId }
  | { readonly op: 'sumRows'; readonly a: NodeId }
  /** log(1 + eˣ) */
  | { readonly op: 'softplus'; readonly a: NodeId }
  | { readonly op: 'sigmoid'; readonly a: NodeId }
  /** max(x, 0), and its slope: 1 where x ≥ 0. */
  | { readonly op: 'relu'; readonly a: NodeId }
  | { readonly op: 'positive'; readonly a: NodeId }
  /** x within ±limit: beyond it, the nearer end. */
  | { readonly op: 'clip'; readonly a: NodeId; readonly limit: number }
  /** x itself, which is expected to stay within ±limit: a run in which it does not is to fail. */
  | { readonly op: 'limited'; readonly a: NodeId; readonly limit: number }
  /** by·a/√b */
  | ({ readonly op: 'overRoot'; readonly a: NodeId; readonly b: NodeId } & RootQuotient)
  /** A sum with Gaussian noise, of which nobody knows all, of at least noiseMultiplier·sensitivity. */
  | { readonly op: 'noise'; readonly a: NodeId; readonly sensitivity: Scalar; readonly noiseMultiplier: number }
  /**
   * Row by row by·min(1, limit/√n), n = Σ (‖input‖² + 1)·‖gradient‖² over the layers: the squared norm of what the row by itself gives to the
   * gradients of all weights and biases. 0 where the row is padding.
   */
  | {
      readonly op: 'clipFactor';
      readonly layers: readonly DenseRows[];
      readonly padding?: NodeId;
      readonly limit: number;
      readonly by: Scalar;
    }
  /** Row by row: eˣ over the sum of the row, and the logarithm of that sum. */
  | { readonly op: 'softmax'; readonly a: NodeId }
  | { readonly op: 'logSumExp'; readonly a: NodeId }
  /** 1 at the largest entry of the row (of equals the first), 0 elsewhere. */
  | { readonly op: 'largest'; readonly a: NodeId }
  /** The sum of each row, and a column repeated. */
  | { readonly op: 'sumColumns'; readonly a: NodeId }
  | { readonly op: 'repeatColumn'; readonly a: NodeId };

export type NodeId = number;

export interface Node {
  readonly id: NodeId;
  readonly rows: number;
  readonly cols: number;
  readonly is: NodeOp;
  /** What it is called in messages. */
  readonly label?: string;
}

export class Graph {
  readonly nodes: Node[] = [];

  input(name: string, rows: number, cols: number): NodeId {
    return this.#push(rows, cols, { op: 'input', name });
  }

  parameter(name: string, rows: number, cols: number): NodeId {
    return this.#push(rows, cols, { op: 'parameter', name });
  }

  constant(value: Scalar, rows: number, cols: number): NodeId {
    return this.#push(rows, cols, { op: 'constant', value });
  }

  scale(a: NodeId, by: Scalar): NodeId {
    const { rows, cols, is } = this.nodes[a];
    if (by.constant === 1 && by.ratePower === 0) return a;
    if (is.op === 'constant') return this.constant(times(is.value, by), rows, cols);
    if (is.op === 'scale') return this.scale(is.a, times(is.by, by));
    return this.#push(rows, cols, { op: 'scale', a, by });
  }

  add(a: NodeId, b: NodeId): NodeId {
    const { rows, cols } = this.#sameShape(a, b);
    return this.#push(rows, cols, { op: 'add', a, b });
  }

  subtract(a: NodeId, b: NodeId): NodeId {
    return this.add(a, this.scale(b, scalar(-1)));
  }

  /** The elementwise product; by a constant it is a scaling. */
  multiply(a: NodeId, b: NodeId): NodeId {
    const { rows, cols } = this.#sameShape(a, b);
    const [left, right] = [this.nodes[a].is, this.nodes[b].is];
    if (left.op === 'constant') return this.scale(b, left.value);
    if (right.op === 'constant') return this.scale(a, right.value);
    return this.#push(rows, cols, { op: 'multiply', a, b });
  }

  /** a·b, aᵀ·b (TN) or a·bᵀ (NT). */
  matmul(a: NodeId, b: NodeId, form: 'matmul' | 'matmulTN' | 'matmulNT' = 'matmul'): NodeId {
    const [x, y] = [this.nodes[a], this.nodes[b]];
    const [rows, inner] = form === 'matmulTN' ? [x.cols, x.rows] : [x.rows, x.cols];
    const [inner2, cols] = form === 'matmulNT' ? [y.cols, y.rows] : [y.rows, y.cols];
    invariant(inner === inner2, `${form} of ${x.rows}×${x.cols} and ${y.rows}×${y.cols}`);
    return this.#push(rows, cols, { op: 'matmul', form, a, b });
  }

  broadcast(a: NodeId, rows: number, cols: number): NodeId {
    const from = this.nodes[a];
    if (from.rows === rows && from.cols === cols) return a;
    invariant(from.rows === 1 && (from.cols === cols || from.cols === 1), 'a broadcast repeats one row or one number');
    if (from.is.op === 'constant') return this.constant(from.is.value, rows, cols);
    return this.#push(rows, cols, { op: 'broadcast', a });
  }

  sumRows(a: NodeId): NodeId {
    return this.#push(1, this.nodes[a].cols, { op: 'sumRows', a });
  }

  softplus(a: NodeId): NodeId {
    return this.#elementwise('softplus', a);
  }

  sigmoid(a: NodeId): NodeId {
    return this.#elementwise('sigmoid', a);
  }

  relu(a: NodeId): NodeId {
    return this.#elementwise('relu', a);
  }

  positive(a: NodeId): NodeId {
    return this.#elementwise('positive', a);
  }

  clip(a: NodeId, limit: number): NodeId {
    const { rows, cols } = this.nodes[a];
    return this.#push(rows, cols, { op: 'clip', a, limit });
  }

  limited(a: NodeId, limit: number): NodeId {
    const { rows, cols } = this.nodes[a];
    return this.#push(rows, cols, { op: 'limited', a, limit });
  }

  overRoot(a: NodeId, b: NodeId, known: RootQuotient): NodeId {
    const { rows, cols } = this.#sameShape(a, b);
    return this.#push(rows, cols, { op: 'overRoot', a, b, ...known });
  }

  noise(a: NodeId, sensitivity: Scalar, noiseMultiplier: number): NodeId {
    const { rows, cols } = this.nodes[a];
    return this.#push(rows, cols, { op: 'noise', a, sensitivity, noiseMultiplier });
  }

  clipFactor(layers: readonly DenseRows[], limit: number, by: Scalar, padding?: NodeId): NodeId {
    const [{ input }] = layers;
    const known = padding === undefined ? {} : { padding };
    return this.#push(this.nodes[input].rows, 1, { op: 'clipFactor', layers, limit, by, ...known });
  }

  softmax(a: NodeId): NodeId {
    return this.#elementwise('softmax', a);
  }

  largest(a: NodeId): NodeId {
    return this.#elementwise('largest', a);
  }

  logSumExp(a: NodeId): NodeId {
    return this.#push(this.nodes[a].rows, 1, { op: 'logSumExp', a });
  }

  sumColumns(a: NodeId): NodeId {
    return this.#push(this.nodes[a].rows, 1, { op: 'sumColumns', a });
  }

  repeatColumn(a: NodeId, cols: number): NodeId {
    const { rows, is } = this.nodes[a];
    if (is.op === 'constant') return this.constant(is.value, rows, cols);
    return this.#push(rows, cols, { op: 'repeatColumn', a });
  }

  #elementwise(op: 'softplus' | 'sigmoid' | 'relu' | 'positive' | 'softmax' | 'largest', a: NodeId): NodeId {
    const { rows, cols } = this.nodes[a];
    return this.#push(rows, cols, { op, a });
  }

  /** Names a node for messages. */
  label(id: NodeId, label: string): NodeId {
    this.nodes[id] = { ...this.nodes[id], label };
    return id;
  }

  nameOf(id: NodeId): string {
    const { is, label } = this.nodes[id];
    return label ?? ('name' in is ? is.name : `${is.op} ${id}`);
  }

  /** Whether some product takes this node as a factor. */
  isFactor(id: NodeId): boolean {
    return this.nodes.some(({ is }) => (is.op === 'matmul' || is.op === 'multiply') && (is.a === id || is.b === id));
  }

  #sameShape(a: NodeId, b: NodeId): Node {
    const [x, y] = [this.nodes[a], this.nodes[b]];
    invariant(x.rows === y.rows && x.cols === y.cols, `shapes ${x.rows}×${x.cols} and ${y.rows}×${y.cols} agree`);
    return x;
  }

  #push(rows: number, cols: number, is: NodeOp): NodeId {
    const id = this.nodes.length;
    this.nodes.push({ id, rows, cols, is });
    return id;
  }
}

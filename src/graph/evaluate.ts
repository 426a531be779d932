/**
 * A graph on float64: what its nodes are, given its inputs and parameters.
 * @module
 */
import type { Graph, NodeId, NodeValues, Scalar } from './graph.ts';

export type Bindings = ReadonlyMap<string, Float64Array>;
/** A number of N(0, 1). */
export type Gaussian = () => number;

/** Values of all nodes, row by row, with sums as they are without noise. */
export const evaluate = (graph: Graph, bindings: Bindings, rate: number): readonly Float64Array[] =>
  new GraphValues(graph).evaluate(bindings, rate);

/** Room for the values of one graph, used again by each evaluation. */
export class GraphValues implements NodeValues {
  readonly #graph: Graph;
  readonly #room: readonly Float64Array[];
  readonly #values: Float64Array[];
  readonly gaussian: Gaussian;
  #bindings: Bindings = new Map();
  #rate = 0;

  constructor(graph: Graph, gaussian: Gaussian = () => 0) {
    this.#graph = graph;
    this.gaussian = gaussian;
    this.#room = graph.nodes.map(({ rows, cols, kind }) => new Float64Array(kind.isGiven === true ? 0 : rows * cols));
    this.#values = [...this.#room];
  }

  /** They are overwritten by the next evaluation; those of inputs and parameters are the bound arrays themselves. */
  evaluate(bindings: Bindings, rate: number): readonly Float64Array[] {
    [this.#bindings, this.#rate] = [bindings, rate];
    for (const node of this.#graph.nodes) this.#values[node.id] = node.kind.value(node, this, this.#room[node.id]);
    return this.#values;
  }

  of(id: NodeId): Float64Array {
    return this.#values[id];
  }

  row(id: NodeId, row: number): Float64Array {
    const { cols } = this.#graph.nodes[id];
    return this.#values[id].subarray(row * cols, (row + 1) * cols);
  }

  shapeOf(id: NodeId): { readonly rows: number; readonly cols: number } {
    return this.#graph.nodes[id];
  }

  bound(name: string): Float64Array | undefined {
    return this.#bindings.get(name);
  }

  real({ constant, ratePower }: Scalar): number {
    return constant * this.#rate ** ratePower;
  }
}

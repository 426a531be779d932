/**
 * A graph on float64: what its nodes are, given its inputs and parameters.
 * @module
 */
import { invariant } from '../../errors.ts';
import type { DenseRows, Graph, Node, NodeId, Scalar } from '../../graph/graph.ts';
import { realProduct } from './real-product.ts';

export type Bindings = ReadonlyMap<string, Float64Array>;
/** A number of N(0, 1). */
export type Gaussian = () => number;

/** Values of all nodes, row by row, with sums as they are without noise. */
export const evaluate = (graph: Graph, bindings: Bindings, rate: number): readonly Float64Array[] =>
  new GraphValues(graph).evaluate(bindings, rate);

/** Room for the values of one graph, used again by each evaluation. */
export class GraphValues {
  readonly #graph: Graph;
  readonly #gaussian: Gaussian;
  readonly #values: Float64Array[];

  constructor(graph: Graph, gaussian: Gaussian = () => 0) {
    this.#graph = graph;
    this.#gaussian = gaussian;
    this.#values = graph.nodes.map(({ rows, cols, is }) => new Float64Array('name' in is ? 0 : rows * cols));
  }

  /** They are overwritten by the next evaluation; those of inputs and parameters are the bound arrays themselves. */
  evaluate(bindings: Bindings, rate: number): readonly Float64Array[] {
    for (const node of this.#graph.nodes) this.#values[node.id] = this.#valueOf(node, bindings, rate);
    return this.#values;
  }

  #valueOf({ id, is, rows, cols }: Node, bindings: Bindings, rate: number): Float64Array {
    const values = this.#values;
    const out = values[id];
    const real = (by: Scalar) => by.constant * rate ** by.ratePower;
    const each = (value: (i: number) => number) => {
      for (let i = 0; i < out.length; i++) out[i] = value(i);
      return out;
    };
    switch (is.op) {
      case 'input':
      case 'parameter': {
        const value = bindings.get(is.name);
        invariant(value?.length === rows * cols, `${is.name} is ${rows}×${cols}`);
        return value;
      }
      case 'constant':
        return out.fill(real(is.value));
      case 'clipFactor': {
        const by = real(is.by);
        const padding = is.padding === undefined ? undefined : values[is.padding];
        return each((row) =>
          padding?.[row] === 1 ? 0 : by * Math.min(1, is.limit / this.#gradientNorm(is.layers, row)),
        );
      }
    }
    const a = values[is.a];
    switch (is.op) {
      case 'scale': {
        const by = real(is.by);
        return each((i) => by * a[i]);
      }
      case 'add': {
        const b = values[is.b];
        return each((i) => a[i] + b[i]);
      }
      case 'multiply': {
        const b = values[is.b];
        return each((i) => a[i] * b[i]);
      }
      case 'overRoot': {
        const [by, b] = [real(is.by), values[is.b]];
        return each((i) => (by * a[i]) / Math.sqrt(b[i]));
      }
      case 'matmul': {
        const [left, right] = [is.a, is.b].map((of) => ({ ...this.#graph.nodes[of], values: values[of] }));
        return realProduct(is.form, left, right, out);
      }
      case 'broadcast':
        return each((i) => a[i % a.length]);
      case 'repeatColumn':
        return each((i) => a[Math.floor(i / cols)]);
      case 'sumRows':
        out.fill(0);
        for (let at = 0; at < a.length; at += cols) for (let j = 0; j < cols; j++) out[j] += a[at + j];
        return out;
      case 'sumColumns':
        return each((row) => this.#row(is.a, row).reduce((sum, x) => sum + x, 0));
      case 'logSumExp':
        return each((row) => logSumExp(this.#row(is.a, row)));
      case 'softmax':
        for (let row = 0; row < rows; row++) {
          const sum = logSumExp(this.#row(is.a, row));
          for (let j = row * cols; j < (row + 1) * cols; j++) out[j] = Math.exp(a[j] - sum);
        }
        return out;
      case 'largest':
        out.fill(0);
        for (let row = 0; row < rows; row++) {
          const entries = this.#row(is.a, row);
          out[row * cols + entries.indexOf(Math.max(...entries))] = 1;
        }
        return out;
      case 'relu':
        return each((i) => Math.max(0, a[i]));
      case 'positive':
        return each((i) => (a[i] >= 0 ? 1 : 0));
      case 'clip':
        return each((i) => Math.min(is.limit, Math.max(-is.limit, a[i])));
      case 'limited':
        return a;
      case 'noise': {
        const deviation = real(is.sensitivity) * is.noiseMultiplier;
        return each((i) => a[i] + deviation * this.#gaussian());
      }
      case 'softplus':
        return each((i) => Math.log1p(Math.exp(-Math.abs(a[i]))) + Math.max(0, a[i]));
      case 'sigmoid':
        return each((i) => 1 / (1 + Math.exp(-a[i])));
    }
  }

  /** Of what a row by itself gives to all parameters. */
  #gradientNorm(layers: readonly DenseRows[], row: number): number {
    const square = (id: NodeId) => this.#row(id, row).reduce((sum, x) => sum + x * x, 0);
    return Math.sqrt(layers.reduce((sum, { input, gradient }) => sum + (square(input) + 1) * square(gradient), 0));
  }

  #row(id: NodeId, row: number): Float64Array {
    const { cols } = this.#graph.nodes[id];
    return this.#values[id].subarray(row * cols, (row + 1) * cols);
  }
}

function logSumExp(row: Float64Array): number {
  const most = row.reduce((largest, x) => Math.max(largest, x), -Infinity);
  return most + Math.log(row.reduce((sum, x) => sum + Math.exp(x - most), 0));
}

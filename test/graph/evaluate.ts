/**
 * A graph on float64: what its nodes are, given its inputs and parameters.
 * @module
 */
import type { Graph, Node, NodeId } from '../../src/graph/graph.ts';

export type Bindings = ReadonlyMap<string, Float64Array>;

/** Values of all nodes, row by row. */
export function evaluate(graph: Graph, bindings: Bindings, rate: number): readonly Float64Array[] {
  const values: Float64Array[] = [];
  for (const node of graph.nodes) values.push(nodeValue(graph, node, values, bindings, rate));
  return values;
}

/** Whether every argument of a ReLU keeps clear of the kink when a parameter moves a little. */
export function isSmoothAround(graph: Graph, bindings: Bindings): boolean {
  const values = evaluate(graph, bindings, 1);
  return graph.nodes.every(({ is }) => is.op !== 'relu' || values[is.a].every((x) => Math.abs(x) > 0.002));
}

function nodeValue(
  graph: Graph,
  { is, rows, cols }: Node,
  values: readonly Float64Array[],
  bindings: Bindings,
  rate: number,
) {
  const each = (value: (i: number) => number) => Float64Array.from({ length: rows * cols }, (_, i) => value(i));
  switch (is.op) {
    case 'input':
    case 'parameter': {
      const value = bindings.get(is.name);
      if (value?.length !== rows * cols) throw new Error(`${is.name} is ${rows}×${cols}`);
      return value;
    }
    case 'constant':
      return each(() => is.value.constant * rate ** is.value.ratePower);
    case 'scale':
      return each((i) => is.by.constant * rate ** is.by.ratePower * values[is.a][i]);
    case 'add':
      return each((i) => values[is.a][i] + values[is.b][i]);
    case 'multiply':
      return each((i) => values[is.a][i] * values[is.b][i]);
    case 'matmul': {
      const at = (id: NodeId, row: number, col: number) => values[id][row * graph.nodes[id].cols + col];
      const inner = is.form === 'matmulTN' ? graph.nodes[is.a].rows : graph.nodes[is.a].cols;
      return each((i) => {
        const [row, col] = [Math.floor(i / cols), i % cols];
        let sum = 0;
        for (let k = 0; k < inner; k++) {
          const x = is.form === 'matmulTN' ? at(is.a, k, row) : at(is.a, row, k);
          sum += x * (is.form === 'matmulNT' ? at(is.b, col, k) : at(is.b, k, col));
        }
        return sum;
      });
    }
    case 'broadcast':
      return each((i) => values[is.a][i % values[is.a].length]);
    case 'sumRows': {
      const from = values[is.a];
      return each((i) => from.reduce((sum, x, at) => (at % cols === i ? sum + x : sum), 0));
    }
    case 'sumColumns':
      return each((i) => rowOf(values[is.a], i, graph.nodes[is.a].cols).reduce((sum, x) => sum + x, 0));
    case 'repeatColumn':
      return each((i) => values[is.a][Math.floor(i / cols)]);
    case 'relu':
      return each((i) => Math.max(0, values[is.a][i]));
    case 'positive':
      return each((i) => (values[is.a][i] >= 0 ? 1 : 0));
    case 'limited':
      return values[is.a];
    case 'overRoot': {
      const by = is.by.constant * rate ** is.by.ratePower;
      return each((i) => (by * values[is.a][i]) / Math.sqrt(values[is.b][i]));
    }
    case 'clipFactor':
      return each((row) => {
        const square = (id: NodeId) => rowOf(values[id], row, graph.nodes[id].cols).reduce((sum, x) => sum + x * x, 0);
        const norm = Math.sqrt(
          is.layers.reduce((sum, { input, gradient }) => sum + (square(input) + 1) * square(gradient), 0),
        );
        const isPadding = is.padding !== undefined && values[is.padding][row] === 1;
        return isPadding ? 0 : is.by.constant * rate ** is.by.ratePower * Math.min(1, is.limit / norm);
      });
    case 'clip':
      return each((i) => Math.min(is.limit, Math.max(-is.limit, values[is.a][i])));
    case 'logSumExp':
      return each((i) => logSumExp(rowOf(values[is.a], i, graph.nodes[is.a].cols)));
    case 'softmax':
      return each((i) => Math.exp(values[is.a][i] - logSumExp(rowOf(values[is.a], Math.floor(i / cols), cols))));
    case 'largest':
      return each((i) => {
        const row = rowOf(values[is.a], Math.floor(i / cols), cols);
        return row.indexOf(Math.max(...row)) === i % cols ? 1 : 0;
      });
    case 'softplus':
      return each((i) => Math.log1p(Math.exp(-Math.abs(values[is.a][i]))) + Math.max(0, values[is.a][i]));
    case 'sigmoid':
      return each((i) => 1 / (1 + Math.exp(-values[is.a][i])));
  }
}

const rowOf = (matrix: Float64Array, row: number, cols: number) => matrix.subarray(row * cols, (row + 1) * cols);

function logSumExp(row: Float64Array): number {
  const most = Math.max(...row);
  return most + Math.log(row.reduce((sum, x) => sum + Math.exp(x - most), 0));
}

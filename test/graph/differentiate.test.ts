/** Derived gradients equal central finite differences, for every operation. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differentiate } from '../../src/graph/differentiate.ts';
import { type Bindings, evaluate } from '../../src/graph/evaluate.ts';
import { Graph, type NodeId, scalar } from '../../src/graph/graph.ts';
import {
  add,
  broadcast,
  constant,
  input,
  logSumExp,
  matmul,
  multiply,
  parameter,
  relu,
  repeatColumn,
  scale,
  sigmoid,
  softmax,
  softplus,
  subtract,
  sumColumns,
  sumRows,
} from '../../src/graph/nodes/index.ts';
import { isSmoothAround } from './smooth.ts';

const H = 1e-4;
/** Of central differences on values around 1: H²·f'''/6, and 2^-52/H of rounding, with room for the size of f. */
const TOLERANCE = 1e-6;

const values = (length: number) =>
  fc.array(fc.double({ min: -1.5, max: 1.5, noNaN: true }), { minLength: length, maxLength: length });

/** The scalar Σ over all elements of x, its columns weighted so that no symmetry hides a transposition. */
function total(graph: Graph, x: NodeId): NodeId {
  const { cols } = graph.nodes[x];
  return matmul(graph, sumRows(graph, x), input(graph, 'column weights', cols, 1));
}

type Compose = (graph: Graph, p: NodeId, q: NodeId) => NodeId;

/** p is 2×3 and q 3×2 unless transposed by a form. */
const COMPOSITIONS: Readonly<Record<string, { readonly q: readonly [number, number]; readonly compose: Compose }>> = {
  matmul: { q: [3, 2], compose: (graph, p, q) => matmul(graph, p, q) },
  matmulTN: { q: [2, 4], compose: (graph, p, q) => matmul(graph, p, q, 'matmulTN') },
  matmulNT: { q: [4, 3], compose: (graph, p, q) => matmul(graph, p, q, 'matmulNT') },
  'a matrix times itself transposed': {
    q: [2, 3],
    compose: (graph, p, q) => add(graph, matmul(graph, p, p, 'matmulNT'), matmul(graph, p, q, 'matmulNT')),
  },
  multiply: { q: [2, 3], compose: (graph, p, q) => multiply(graph, p, q) },
  square: { q: [2, 3], compose: (graph, p, q) => add(graph, multiply(graph, p, p), q) },
  'add and subtract': { q: [2, 3], compose: (graph, p, q) => multiply(graph, subtract(graph, p, q), add(graph, p, q)) },
  scale: {
    q: [2, 3],
    compose: (graph, p, q) =>
      multiply(graph, scale(graph, p, scalar(-1.7)), scale(graph, scale(graph, q, scalar(3)), scalar(0.25))),
  },
  'broadcast row': { q: [1, 3], compose: (graph, p, q) => multiply(graph, p, broadcast(graph, q, 2, 3)) },
  sumRows: { q: [1, 3], compose: (graph, p, q) => multiply(graph, sumRows(graph, multiply(graph, p, p)), q) },
  sigmoid: { q: [2, 3], compose: (graph, p, q) => sigmoid(graph, multiply(graph, p, q)) },
  softplus: { q: [2, 3], compose: (graph, p, q) => softplus(graph, multiply(graph, p, q)) },
  relu: {
    q: [2, 3],
    compose: (graph, p, q) => {
      // Away from zero, where half of the numbers that fast-check likes lie.
      const [a, b] = [0.4, -0.3].map((shift) => constant(graph, scalar(shift), 2, 3));
      return multiply(
        graph,
        relu(graph, subtract(graph, p, a)),
        relu(graph, subtract(graph, multiply(graph, p, q), b)),
      );
    },
  },
  softmax: { q: [3, 3], compose: (graph, p, q) => softmax(graph, matmul(graph, p, q)) },
  'softmax of one class': { q: [3, 1], compose: (graph, p, q) => softmax(graph, matmul(graph, p, q)) },
  logSumExp: { q: [3, 4], compose: (graph, p, q) => logSumExp(graph, matmul(graph, p, q)) },
  sumColumns: { q: [2, 1], compose: (graph, p, q) => multiply(graph, sumColumns(graph, multiply(graph, p, p)), q) },
  repeatColumn: { q: [2, 1], compose: (graph, p, q) => multiply(graph, p, repeatColumn(graph, q, 3)) },
  'a row centred and scaled': {
    q: [2, 1],
    compose: (graph, p, q) => {
      const mean = scale(graph, sumColumns(graph, p), scalar(1 / 3));
      return multiply(graph, subtract(graph, p, repeatColumn(graph, mean, 3)), repeatColumn(graph, q, 3));
    },
  },
  'constant minus': {
    q: [2, 3],
    compose: (graph, p, q) => multiply(graph, q, subtract(graph, constant(graph, scalar(1), 2, 3), p)),
  },
  'two layers': {
    q: [3, 2],
    compose: (graph, p, q) =>
      softplus(graph, matmul(graph, sigmoid(graph, matmul(graph, p, q)), sigmoid(graph, q), 'matmulNT')),
  },
};

function expectGradients(graph: Graph, loss: NodeId, parameters: readonly NodeId[], bindings: Bindings): void {
  const gradients = differentiate(graph, loss, parameters, scalar(1));
  const found = evaluate(graph, bindings, 1);
  parameters.forEach((parameter, which) => {
    const { is } = graph.nodes[parameter];
    const name = is.op === 'parameter' ? is.name : '';
    const at = bindings.get(name) ?? new Float64Array(0);
    at.forEach((_, i) => {
      const lossAt = (shift: number) => {
        const moved = Float64Array.from(at);
        moved[i] += shift;
        return evaluate(graph, new Map([...bindings, [name, moved]]), 1)[loss][0];
      };
      const difference = (lossAt(H) - lossAt(-H)) / (2 * H);
      const gradient = found[gradients[which]][i];
      expect(Math.abs(gradient - difference), `${name}[${i}]`).toBeLessThan(
        TOLERANCE * Math.max(1, Math.abs(gradient)),
      );
    });
  });
}

describe('the gradient of', () => {
  it.each(Object.entries(COMPOSITIONS))('%s', (_, { q: [rows, cols], compose }) => {
    fc.assert(
      fc.property(values(6), values(rows * cols), values(4), (p, q, weights) => {
        const graph = new Graph();
        const parameters = [parameter(graph, 'p', 2, 3), parameter(graph, 'q', rows, cols)];
        const loss = total(graph, compose(graph, parameters[0], parameters[1]));
        const width = graph.nodes.find(({ is }) => is.op === 'input')?.rows ?? 0;
        const bindings = new Map([
          ['p', Float64Array.from(p)],
          ['q', Float64Array.from(q)],
          ['column weights', Float64Array.from(weights.slice(0, width))],
        ]);
        fc.pre(isSmoothAround(graph, bindings));
        expectGradients(graph, loss, parameters, bindings);
      }),
      { numRuns: 20 },
    );
  });
});

it('refuses a loss of more than one number, and a node that it does not depend on', () => {
  const graph = new Graph();
  const [p, q] = [parameter(graph, 'p', 1, 2), parameter(graph, 'q', 1, 1)];
  expect(() => differentiate(graph, p, [p], scalar(1))).toThrow('single number');
  expect(() => differentiate(graph, q, [p], scalar(1))).toThrow('depends on every node');
});

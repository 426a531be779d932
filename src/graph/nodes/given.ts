/**
 * What a graph is given: inputs, which differ from step to step, and parameters, which live on.
 * @module
 */
import { invariant } from '../../errors.ts';
import type { Graph, NodeId, NodeKind } from '../graph.ts';

export interface Given {
  readonly op: 'input' | 'parameter';
  readonly name: string;
}

declare module '../graph.ts' {
  interface NodeTypes {
    readonly input: Given;
    readonly parameter: Given;
  }
}

const given: NodeKind<Given> = {
  isGiven: true,
  derivative: () => [],
  value({ is: { name }, rows, cols }, values) {
    const value = values.bound(name);
    invariant(value?.length === rows * cols, `${name} is ${rows}×${cols}`);
    return value;
  },
};

export const input = (graph: Graph, name: string, rows: number, cols: number): NodeId =>
  graph.place(given, { op: 'input', name }, rows, cols);

export const parameter = (graph: Graph, name: string, rows: number, cols: number): NodeId =>
  graph.place(given, { op: 'parameter', name }, rows, cols);

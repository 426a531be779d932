/**
 * What the values of some nodes of a graph are expected to stay below, or the alarm trips: gradients at hidden layers, and a layer that no activation takes.
 * @module
 */
import type { Graph, NodeId, Scalar } from '../../graph/graph.ts';
import type { ValueId } from '../plan.ts';
import { KEEP_LAYERS } from '../remedies.ts';
import type { PhaseBuilder } from '../write/phase-builder.ts';
import { type Activations, LAYER_LIMIT } from './activations.ts';
import { loweringOf } from './table.ts';

/** What a gradient at a layer's output stays below, in units of the step's factor of the loss, rate / batch. */
const GRADIENT_LIMIT = 2 ** 6;
/** Sums of so many gradients are six deviations below the limit where their root mean square is a 68th of it. */
const GRADIENT_CHUNK = 128;

export class ExpectedLimits {
  readonly #graph: Graph;
  readonly #phase: PhaseBuilder;
  readonly #activations: Activations;
  readonly #limits = new Map<NodeId, { readonly limit: number; readonly chunk?: number }>();

  constructor(graph: Graph, phase: PhaseBuilder, activations: Activations) {
    this.#graph = graph;
    this.#phase = phase;
    this.#activations = activations;
  }

  /** Expects values of a layer that no activation takes to stay within the limit of a layer. */
  layer(node: NodeId): void {
    this.#limits.set(node, { limit: LAYER_LIMIT });
  }

  /** Expects gradients at the hidden layers to stay below a multiple of `unit`, the factor of the loss in a step. */
  gradients(nodes: readonly NodeId[], unit: Scalar): void {
    const limit = GRADIENT_LIMIT * this.#phase.magnitude(unit);
    for (const node of nodes) this.#limits.set(node, { limit, chunk: GRADIENT_CHUNK });
  }

  /** The limit of a node, infinite where nothing is expected. */
  of(node: NodeId): number {
    return this.#limits.get(node)?.limit ?? Number.POSITIVE_INFINITY;
  }

  /** Watches a node's masked value, unless it is cut down first. */
  watchMasked(node: NodeId, value: ValueId): void {
    if (!this.#isSelected(node)) this.watch(node, value);
  }

  watch(node: NodeId, value: ValueId): void {
    const expected = this.#limits.get(node);
    if (expected === undefined) return;
    this.#activations.watch(value, expected.limit, this.#graph.nameOf(node), KEEP_LAYERS, expected.chunk);
  }

  /** Whether a ReLU's slope selects it: then it is watched when it has been cut down, where more of it adds up within the ring. */
  #isSelected(node: NodeId): boolean {
    const narrows = (id: NodeId) => loweringOf(this.#graph.nodes[id]).narrowsSelected === true;
    return this.#graph.nodes.some(({ is, kind }) => {
      const factors = kind.factors?.(is) ?? [];
      return factors.includes(node) && factors.some((factor) => factor !== node && narrows(factor));
    });
  }
}

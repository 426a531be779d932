/**
 * Lowers graph nodes to protocol operations.
 *
 * A node becomes a real linear combination of ring values, kept symbolic as long as possible: public factors travel outwards to where
 * they cost nothing (into the amplitudes of a Fourier series, or into a truncation). It becomes one masked value, by at most one
 * opening, only where a product or a function needs it as such.
 * @module
 */
import { invariant } from '../../errors.ts';
import type { ClippedLayer } from '../../graph/clipped-mlp.ts';
import type { Graph, NodeId, Scalar } from '../../graph/graph.ts';
import type { Label } from '../../operations/value.ts';
import type { ValueId } from '../plan.ts';
import { refusal } from '../refusal.ts';
import { exactly } from '../write/linear-builder.ts';
import type { PhaseBuilder } from '../write/phase-builder.ts';
import { Activations } from './activations.ts';
import { type ClippedScales, requireFirstOutput } from './clipped-scales.ts';
import { boundOf, COMBINED_BITS, combine, FACTOR_BITS, isOne, withoutFactor } from './combine.ts';
import type { LoweringContext } from './context.ts';
import { ExpectedLimits } from './expected-limits.ts';
import { type Expression, ONE, type Part, type Scaled, ZERO } from './expression.ts';
import { bitsOf, OPERAND_BITS } from './operand-bits.ts';
import type { Softmax } from './softmax-series.ts';
import { loweringOf } from './table.ts';
import type { Watched } from './watched.ts';

export class Lowering implements LoweringContext {
  readonly graph: Graph;
  readonly phase: PhaseBuilder;
  /** Half-width of the interval on which smooth functions hold. */
  readonly interval: number;
  readonly #expressions = new Map<NodeId, Expression>();
  readonly #masked = new Map<NodeId, Scaled>();
  /** What is expected of some nodes, and watched. */
  readonly #limits: ExpectedLimits;
  /** What they are proved to stay within, where adding up bounds says less: inputs and gradients of clipped layers, and what they add up to. */
  readonly #proved = new Map<NodeId, number>();
  readonly watched: Watched;
  clipping: ClippedScales | undefined;
  #firstOutput: NodeId | undefined;
  /** Fractional bits that a gradient is brought to, by its node. */
  readonly #scales = new Map<NodeId, number>();
  readonly activations: Activations;
  readonly softmaxes = new Map<NodeId, Softmax>();
  readonly unclippedRows = new Map<NodeId, ValueId>();

  constructor(
    graph: Graph,
    phase: PhaseBuilder,
    interval: number,
    known: readonly (readonly [node: NodeId, value: ValueId])[],
    watched: Watched = 'everything',
  ) {
    this.graph = graph;
    this.watched = watched;
    this.phase = phase;
    this.activations = new Activations(phase);
    this.#limits = new ExpectedLimits(graph, phase, this.activations);
    this.interval = interval;
    for (const [node, value] of known) {
      this.#expressions.set(node, { parts: [{ value, coefficient: ONE }], constant: ZERO });
    }
  }

  /** Opens the values of a layer that no activation takes, and expects them to stay within the limit of a layer: what is made of them builds on it. */
  limitLayer(node: NodeId): void {
    this.#limits.layer(node);
    this.masked(node);
  }

  /** Expects gradients at the hidden layers to stay below a multiple of `unit`, the factor of the loss in a step. */
  limitGradients(nodes: readonly NodeId[], unit: Scalar): void {
    this.#limits.gradients(nodes, unit);
  }

  /** Brings what a node selects to this scale, instead of one of its own choice. */
  fixScale(node: NodeId, fractionalBits: number): void {
    this.#scales.set(node, fractionalBits);
  }

  /** Clips each row's gradient at these scales, and takes over what they prove of rows that are kept; another row may be wrong by itself. */
  clipRows(layers: readonly ClippedLayer[], scales: ClippedScales): void {
    invariant(this.watched === 'weights', 'where rows have proved bounds none is watched');
    this.clipping = scales;
    this.#firstOutput = layers[0].output;
    for (const [l, { input, output, gradient, contribution, sums }] of layers.entries()) {
      const { squaredInput, largestOutput, gradientNorm, contributionBits } = scales.layers[l];
      if (l > 0) this.#proved.set(input, Math.sqrt(squaredInput));
      this.#proved.set(output, largestOutput);
      this.#proved.set(gradient, gradientNorm);
      this.#proved.set(contribution, scales.largestContribution);
      for (const sum of [sums.weights, sums.bias]) this.#proved.set(sum, scales.largestSum);
      this.#scales.set(gradient, scales.gradientBits);
      this.#scales.set(contribution, contributionBits);
    }
  }

  /** How many rows the factor `node` leaves as they are, as shares. */
  unclipped(node: NodeId): ValueId {
    this.masked(node);
    const unclipped = this.unclippedRows.get(node);
    invariant(unclipped !== undefined, 'a clipping factor has been lowered');
    return unclipped;
  }

  /** The node as one masked value, times a public coefficient. */
  masked(node: NodeId): Scaled {
    const known = this.#masked.get(node);
    if (known !== undefined) return known;
    const result = this.#scaled(node, this.#mask(this.expression(node), this.graph.labelOf(node)));
    this.#limits.watchMasked(node, result.value);
    return this.#known(node, result);
  }

  /** The value at the largest scale that is wanted of the node, with the bound that is proved of it. */
  #scaled(node: NodeId, { value, coefficient }: Scaled): Scaled {
    const [bits, proved] = [this.#scales.get(node), this.#proved.get(node)];
    // Also where adding up bounds says less: it builds on weights that are watched later, and not exactly.
    const bound = (of: ValueId) => (proved === undefined ? of : this.phase.bounded(of, proved));
    const { fractionalBits } = this.phase.valueOf(bound(value));
    if (this.clipping !== undefined && node === this.#firstOutput) requireFirstOutput(this.clipping, fractionalBits);
    const narrow = bits === undefined ? value : this.phase.truncate(value, Math.min(bits, fractionalBits));
    return { value: bound(narrow), coefficient };
  }

  /** The node itself as one masked value with so many fractional bits. */
  atScale(node: NodeId, fractionalBits: number): ValueId {
    const { value, coefficient } = this.#withoutFactor(node) ?? this.masked(node);
    if (isOne(coefficient)) return this.#brought(value, fractionalBits);
    // A factor needs room.
    const scale = COMBINED_BITS - FACTOR_BITS - (bitsOf(this.phase, value) - this.phase.valueOf(value).fractionalBits);
    const narrow = this.phase.truncate(value, Math.min(scale, this.phase.valueOf(value).fractionalBits));
    const combined = combine(
      this.phase,
      { parts: [{ value: narrow, coefficient }], constant: ZERO },
      this.graph.labelOf(node),
    );
    return this.#brought(combined, fractionalBits);
  }

  /** Down by a truncation, up by a public factor. */
  #brought(value: ValueId, fractionalBits: number): ValueId {
    const missing = fractionalBits - this.phase.valueOf(value).fractionalBits;
    if (missing <= 0) return this.phase.truncate(value, fractionalBits);
    const label = this.phase.valueOf(value);
    return this.phase.linear([{ value, factor: { ...exactly(1), bits: missing } }], exactly(0), fractionalBits, label);
  }

  /** A sum with one public factor that finds no room in it, opened without that factor: what is opened can be cut down before. */
  #withoutFactor(node: NodeId): Scaled | undefined {
    const split = withoutFactor(this.phase, this.expression(node));
    if (split === undefined) return undefined;
    const { sum, coefficient } = split;
    return { value: this.#opened(combine(this.phase, sum, this.graph.labelOf(node))), coefficient };
  }

  /**
   * A parameter's new value at the parameter's own scale: what changes it is opened, truncated, and added to the rest, which keeps its
   * mask. Also gives the largest growth of any entry in `steps` such steps.
   */
  updated(node: NodeId, parameter: ValueId, name: string, steps: number): { value: ValueId; growth: number } {
    const { fractionalBits, layer } = this.phase.valueOf(parameter);
    const { parts, constant } = this.expression(node);
    const stays = (part: Part) => 'value' in part && part.value === parameter && isOne(part.coefficient);
    if (!parts.some(stays))
      return { value: this.#replaced(node, fractionalBits, { name, layer }), growth: Number.POSITIVE_INFINITY };
    const moving = parts.filter((part) => !stays(part));
    invariant(moving.length === parts.length - 1, 'an update adds to the parameter');
    const shrinks = (part: Part) => 'value' in part && part.value === parameter && part.coefficient.constant < 0;
    const shrinking = moving.filter(shrinks).reduce((sum, part) => sum + this.phase.magnitude(part.coefficient), 0);
    // |1 − shrinking| ≤ 1 is what keeps the parameter from growing by itself.
    if (shrinking > 2) throw refusal(name, 'diverge: training.learningRate times training.l2 is above 2');
    const change = moving.filter((part) => !shrinks(part)).reduce((sum, part) => sum + boundOf(this.phase, part), 0);
    const combined = combine(this.phase, { parts: moving, constant }, { name: `change of ${name}`, layer });
    const truncated = this.phase.truncate(this.#opened(combined), fractionalBits);
    const terms = [parameter, truncated].map((value) => ({ value, factor: exactly(1) }));
    const value = this.phase.linear(terms, exactly(0), fractionalBits, { name, layer });
    this.#known(node, { value, coefficient: ONE });
    // Shrinking by the share s of itself, at most 1, a parameter stays below change / s, whatever the learning rate in both.
    const settled = shrinking > 0 && shrinking <= 1 ? change / shrinking : Number.POSITIVE_INFINITY;
    return { value, growth: Math.min(steps * change, settled) + steps * 2 ** -fractionalBits };
  }

  /** A state value that is computed anew: what else needs it takes it at the state's scale. */
  #replaced(node: NodeId, fractionalBits: number, label: Label): ValueId {
    const combined = combine(this.phase, this.expression(node), label);
    const value = this.phase.truncate(this.#opened(combined), fractionalBits);
    return this.#known(node, { value, coefficient: ONE }).value;
  }

  /** What all that use the node from here on take for it. */
  #known(node: NodeId, masked: Scaled): Scaled {
    this.#masked.set(node, masked);
    this.#expressions.set(node, { parts: [masked], constant: ZERO });
    return masked;
  }

  /** Masked, by an opening where it is not yet. */
  #opened(value: ValueId): ValueId {
    return this.phase.valueOf(value).kind === 'masked' ? value : this.phase.open(value);
  }

  /** Cuts a node's masked value down to a scale, by itself one at which it has OPERAND_BITS, for all that use it from here on. */
  #narrowed(node: NodeId, scale?: number, limit = Number.POSITIVE_INFINITY): Scaled {
    const { value, coefficient } = this.masked(node);
    const { fractionalBits, bound } = this.phase.valueOf(value);
    const target = scale ?? Math.min(fractionalBits, OPERAND_BITS - Math.ceil(Math.log2(Math.min(bound, limit))));
    // What a norm was taken of stays as it is.
    if (target !== fractionalBits && this.#proved.has(node)) {
      throw refusal(this.graph.nameOf(node), 'has too many digits for the products that it stands in');
    }
    return this.#known(node, { value: this.phase.truncate(value, target), coefficient });
  }

  /** The node as one masked value, which has no factor. */
  asIs(node: NodeId): ValueId {
    const { value, coefficient } = this.masked(node);
    invariant(isOne(coefficient), 'what is not linear takes its argument as it is');
    return value;
  }

  provedBound(node: NodeId): number | undefined {
    return this.#proved.get(node);
  }

  selected(product: NodeId, bits: NodeId, other: NodeId): Part | undefined {
    const node = this.graph.nodes[bits];
    return loweringOf(node).select?.(this, node.is, other, product);
  }

  narrowed(node: NodeId): Scaled {
    return this.#narrowed(node);
  }

  narrowedFor(product: NodeId, node: NodeId): Scaled {
    const narrow = this.#narrowed(node, this.#scales.get(product), this.#limits.of(node));
    this.#limits.watch(node, narrow.value);
    return narrow;
  }

  expression(node: NodeId): Expression {
    const known = this.#expressions.get(node);
    if (known !== undefined) return known;
    const of = this.graph.nodes[node];
    const expression = loweringOf(of).lower(this, of);
    this.#expressions.set(node, expression);
    return expression;
  }

  #mask(expression: Expression, label: Label): Scaled {
    const [only, ...more] = expression.parts;
    if (more.length === 0 && expression.constant.constant === 0 && 'value' in only) {
      return { value: this.#opened(only.value), coefficient: only.coefficient };
    }
    const combined = combine(this.phase, expression, label);
    return { value: this.#opened(combined), coefficient: ONE };
  }
}

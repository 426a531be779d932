/**
 * Lowers graph nodes to protocol operations.
 *
 * A node becomes a real linear combination of ring values, kept symbolic as long as possible: public factors travel outwards to where
 * they cost nothing (into the amplitudes of a Fourier series, or into a truncation). It becomes one masked value, by at most one
 * opening, only where a product or a function needs it as such.
 * @module
 */
import { invariant, TrefoilError } from '../errors.ts';
import type { ClippedLayer } from '../graph/clipped-mlp.ts';
import { type Graph, type NodeId, type Scalar, scalar, times } from '../graph/graph.ts';
import { type ProductForm, productShape } from '../protocol/product.ts';
import { ACTIVATION_BITS, Activations, LAYER_LIMIT } from './activations.ts';
import { type ClippedScales, requireFirstOutput } from './clipped-scales.ts';
import {
  boundOf,
  COMBINED_BITS,
  combine,
  eachPart,
  evaluate,
  FACTOR_BITS,
  isOne,
  smoothScale,
  withoutFactor,
} from './combine.ts';
import { ExpectedLimits } from './expected-limits.ts';
import type { Expression, Part, Scaled } from './expression.ts';
import { clamp, lowerClip, lowerLimited } from './lower-clip.ts';
import { type ClipFactor, lowerClipFactor } from './lower-clip-factor.ts';
import { lowerNoise } from './lower-noise.ts';
import { lowerOverRoot } from './lower-over-root.ts';
import { lowerSoftmax, type Softmax } from './lower-softmax.ts';
import { exactly, type PhaseBuilder } from './phase-builder.ts';
import type { ValueId } from './plan.ts';
import { refusal } from './refusal.ts';
import { KEEP_LAYERS, KEEP_LOGITS } from './remedies.ts';
import type { Watched } from './watched.ts';

const ONE = scalar(1);
const ZERO = scalar(0);
/** Where a product would take more bits than this, its factors are cut down to OPERAND_BITS first. */
export const PRODUCT_BITS = 58;
export const OPERAND_BITS = 26;
export class Lowering {
  readonly #graph: Graph;
  readonly #phase: PhaseBuilder;
  /** Half-width of the interval on which smooth functions hold. */
  readonly #interval: number;
  readonly #expressions = new Map<NodeId, Expression>();
  readonly #masked = new Map<NodeId, Scaled>();
  /** What is expected of some nodes, and watched. */
  readonly #limits: ExpectedLimits;
  /** What they are proved to stay within, where adding up bounds says less: inputs and gradients of clipped layers, and what they add up to. */
  readonly #proved = new Map<NodeId, number>();
  readonly #watched: Watched;
  #clipping: ClippedScales | undefined;
  #firstOutput: NodeId | undefined;
  #clipFactor: ClipFactor | undefined;
  /** Fractional bits that a gradient is brought to, by its node. */
  readonly #scales = new Map<NodeId, number>();
  readonly #activations: Activations;
  readonly #softmaxes = new Map<NodeId, Softmax>();

  constructor(
    graph: Graph,
    phase: PhaseBuilder,
    interval: number,
    known: readonly (readonly [node: NodeId, value: ValueId])[],
    watched: Watched = 'everything',
  ) {
    this.#graph = graph;
    this.#watched = watched;
    this.#phase = phase;
    this.#activations = new Activations(phase);
    this.#limits = new ExpectedLimits(graph, phase, this.#activations);
    this.#interval = interval;
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
    invariant(this.#watched === 'weights', 'where rows have proved bounds none is watched');
    this.#clipping = scales;
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
    invariant(this.#clipFactor !== undefined, 'a clipping factor has been lowered');
    return this.#clipFactor.unclipped;
  }

  /** The node as one masked value, times a public coefficient. */
  masked(node: NodeId): Scaled {
    const known = this.#masked.get(node);
    if (known !== undefined) return known;
    const result = this.#scaled(node, this.#mask(this.#expression(node), this.#graph.nameOf(node)));
    this.#limits.watchMasked(node, result.value);
    return this.#known(node, result);
  }

  /** At the scale that is wanted of the node at the most, and with the bound that is proved of it. */
  #scaled(node: NodeId, { value, coefficient }: Scaled): Scaled {
    const [bits, proved] = [this.#scales.get(node), this.#proved.get(node)];
    // Also where adding up bounds says less: it builds on weights that are watched later, and not exactly.
    const bound = (of: ValueId) => (proved === undefined ? of : this.#phase.bounded(of, proved));
    const { fractionalBits } = this.#phase.valueOf(bound(value));
    if (this.#clipping !== undefined && node === this.#firstOutput) requireFirstOutput(this.#clipping, fractionalBits);
    const narrow = bits === undefined ? value : this.#phase.truncate(value, Math.min(bits, fractionalBits));
    return { value: bound(narrow), coefficient };
  }

  /** The node itself as one masked value with so many fractional bits. */
  atScale(node: NodeId, fractionalBits: number): ValueId {
    const { value, coefficient } = this.#withoutFactor(node) ?? this.masked(node);
    if (isOne(coefficient)) return this.#brought(value, fractionalBits);
    // A factor needs room.
    const scale = COMBINED_BITS - FACTOR_BITS - (this.#bits(value) - this.#phase.valueOf(value).fractionalBits);
    const narrow = this.#phase.truncate(value, Math.min(scale, this.#phase.valueOf(value).fractionalBits));
    const combined = combine(
      this.#phase,
      { parts: [{ value: narrow, coefficient }], constant: ZERO },
      this.#graph.nameOf(node),
    );
    return this.#brought(combined, fractionalBits);
  }

  /** Down by a truncation, up by a public factor. */
  #brought(value: ValueId, fractionalBits: number): ValueId {
    const missing = fractionalBits - this.#phase.valueOf(value).fractionalBits;
    if (missing <= 0) return this.#phase.truncate(value, fractionalBits);
    const { name } = this.#phase.valueOf(value);
    return this.#phase.linear([{ value, factor: { ...exactly(1), bits: missing } }], exactly(0), fractionalBits, name);
  }

  /** A sum with one public factor that finds no room in it, opened without that factor: what is opened can be cut down before. */
  #withoutFactor(node: NodeId): Scaled | undefined {
    const split = withoutFactor(this.#phase, this.#expression(node));
    if (split === undefined) return undefined;
    const { sum, coefficient } = split;
    return { value: this.#opened(combine(this.#phase, sum, this.#graph.nameOf(node))), coefficient };
  }

  /**
   * A parameter's new value at the parameter's own scale: what changes it is opened, truncated, and added to the rest, which keeps its
   * mask. Also gives the largest growth of any entry in `steps` such steps.
   */
  updated(node: NodeId, parameter: ValueId, name: string, steps: number): { value: ValueId; growth: number } {
    const { fractionalBits } = this.#phase.valueOf(parameter);
    const { parts, constant } = this.#expression(node);
    const stays = (part: Part) => 'value' in part && part.value === parameter && isOne(part.coefficient);
    if (!parts.some(stays))
      return { value: this.#replaced(node, fractionalBits, name), growth: Number.POSITIVE_INFINITY };
    const moving = parts.filter((part) => !stays(part));
    invariant(moving.length === parts.length - 1, 'an update adds to the parameter');
    const shrinks = (part: Part) => 'value' in part && part.value === parameter && part.coefficient.constant < 0;
    const shrinking = moving.filter(shrinks).reduce((sum, part) => sum + this.#phase.magnitude(part.coefficient), 0);
    // |1 − shrinking| ≤ 1 is what keeps the parameter from growing by itself.
    if (shrinking > 2) throw refusal(name, 'diverge: training.learningRate times training.l2 is above 2');
    const change = moving.filter((part) => !shrinks(part)).reduce((sum, part) => sum + boundOf(this.#phase, part), 0);
    const combined = combine(this.#phase, { parts: moving, constant }, `change of ${name}`);
    const truncated = this.#phase.truncate(this.#opened(combined), fractionalBits);
    const terms = [parameter, truncated].map((value) => ({ value, factor: exactly(1) }));
    const value = this.#phase.linear(terms, exactly(0), fractionalBits, name);
    this.#known(node, { value, coefficient: ONE });
    // Shrinking by the share s of itself, at most 1, a parameter stays below change / s, whatever the learning rate in both.
    const settled = shrinking > 0 && shrinking <= 1 ? change / shrinking : Number.POSITIVE_INFINITY;
    return { value, growth: Math.min(steps * change, settled) + steps * 2 ** -fractionalBits };
  }

  /** A state value that is computed anew: what else needs it takes it at the state's scale. */
  #replaced(node: NodeId, fractionalBits: number, name: string): ValueId {
    const combined = combine(this.#phase, this.#expression(node), name);
    const value = this.#phase.truncate(this.#opened(combined), fractionalBits);
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
    return this.#phase.valueOf(value).kind === 'masked' ? value : this.#phase.open(value);
  }

  #bits(value: ValueId): number {
    const { bound, fractionalBits } = this.#phase.valueOf(value);
    return Math.ceil(Math.log2(bound)) + fractionalBits;
  }

  /** Cuts a node's masked value down to a scale, by itself one at which it has OPERAND_BITS, for all that use it from here on. */
  #narrowed(node: NodeId, scale?: number, limit = Number.POSITIVE_INFINITY): Scaled {
    const { value, coefficient } = this.masked(node);
    const { fractionalBits, bound } = this.#phase.valueOf(value);
    const target = scale ?? Math.min(fractionalBits, OPERAND_BITS - Math.ceil(Math.log2(Math.min(bound, limit))));
    // What a norm was taken of stays as it is.
    if (target !== fractionalBits && this.#proved.has(node)) {
      throw refusal(this.#graph.nameOf(node), 'has too many digits for the products that it stands in');
    }
    return this.#known(node, { value: this.#phase.truncate(value, target), coefficient });
  }

  /** The node as one masked value, which has no factor. */
  readonly #asIs = (node: NodeId): ValueId => {
    const { value, coefficient } = this.masked(node);
    invariant(isOne(coefficient), 'what is not linear takes its argument as it is');
    return value;
  };

  /** A layer's value, which is expected to stay within the limit of a layer, unless that is proved otherwise. */
  #expect(value: ValueId, name = this.#phase.valueOf(value).name ?? 'a layer'): ValueId {
    if (this.#watched === 'weights') return value;
    if (this.#watched === 'everything') return this.#activations.watch(value, LAYER_LIMIT, name, KEEP_LAYERS);
    return this.#phase.bounded(value, Math.min(LAYER_LIMIT, this.#phase.valueOf(value).bound));
  }

  /** A layer's values at the scale that goes on from there: watched as such, where there is more room for sums. */
  #narrowPreActivation(node: NodeId): ValueId {
    const { value } = this.masked(node);
    const { bound, name } = this.#phase.valueOf(value);
    const narrow = this.#activations.narrowed(value);
    if (this.#watched === 'weights') return narrow;
    this.#expect(narrow, name);
    this.#phase.bounded(value, Math.min(bound, LAYER_LIMIT + 2 ** -ACTIVATION_BITS));
    return narrow;
  }

  /** Where a layer is negative. */
  #sign(node: NodeId): ValueId {
    return this.#activations.sign(this.masked(node).value);
  }

  #softmax(node: NodeId): Softmax {
    const known = this.#softmaxes.get(node);
    if (known !== undefined) return known;
    const softmax = lowerSoftmax(this.#phase, this.#expect(this.#asIs(node)));
    this.#softmaxes.set(node, softmax);
    return softmax;
  }

  #expression(node: NodeId): Expression {
    const known = this.#expressions.get(node);
    if (known !== undefined) return known;
    const expression = this.#lower(node);
    this.#expressions.set(node, expression);
    return expression;
  }

  #lower(node: NodeId): Expression {
    const { is, rows, cols } = this.#graph.nodes[node];
    const only = (...parts: Part[]): Expression => ({ parts, constant: ZERO });
    const each = (of: NodeId, count: number, apply: (value: ValueId) => ValueId) =>
      eachPart(this.#phase, this.#expression(of), count, apply);
    switch (is.op) {
      case 'input':
      case 'parameter':
        throw new TrefoilError('TREFOIL_INTERNAL', `${is.name} has no value`);
      case 'constant':
        return { parts: [], constant: is.value };
      case 'scale': {
        const { parts, constant } = this.#expression(is.a);
        const scaled = parts.map((part) => ({ ...part, coefficient: times(part.coefficient, is.by) }));
        return { parts: scaled, constant: times(constant, is.by) };
      }
      case 'add': {
        const [a, b] = [this.#expression(is.a), this.#expression(is.b)];
        invariant(a.constant.constant === 0 || b.constant.constant === 0, 'one constant in a sum');
        return { parts: [...a.parts, ...b.parts], constant: a.constant.constant === 0 ? b.constant : a.constant };
      }
      case 'multiply': {
        const selected = this.#selection(node, is.a, is.b) ?? this.#selection(node, is.b, is.a);
        return selected === undefined ? this.#product(node, 'elementwise', is.a, is.b) : only(selected);
      }
      case 'matmul':
        return this.#product(node, is.form, is.a, is.b);
      case 'broadcast': {
        const { value, coefficient } = this.masked(is.a);
        return only({ value: this.#phase.broadcast(value, rows), coefficient });
      }
      case 'relu': {
        const narrow = this.#narrowPreActivation(is.a);
        return only(this.#activations.unless(this.#sign(is.a), { value: narrow, coefficient: ONE }));
      }
      case 'softmax': {
        const { exponentials, reciprocal } = this.#softmax(is.a);
        const shares = this.#phase.repeatColumn(reciprocal, cols);
        const value = this.#phase.product('elementwise', exponentials, shares, this.#graph.nameOf(node));
        return only({ value, coefficient: ONE });
      }
      case 'logSumExp': {
        const { sum, max, classes } = this.#softmax(is.a);
        return only({ value: max, coefficient: ONE }, { smooth: `log to ${classes}`, of: sum, coefficient: ONE });
      }
      case 'sumColumns':
        return each(is.a, this.#graph.nodes[is.a].cols, (value) => this.#phase.sumColumns(value));
      case 'repeatColumn':
        return each(is.a, 1, (value) => this.#phase.repeatColumn(value, cols));
      case 'largest': {
        const { winner, ones } = this.#softmax(is.a);
        return only({ value: this.#phase.bitTimes(winner, ones), coefficient: ONE });
      }
      case 'clip':
        return only(lowerClip(this.#phase, this.masked(is.a), is.limit, this.#graph.nameOf(is.a)));
      case 'limited':
        return only(
          lowerLimited(this.#phase, this.#activations, this.masked(is.a), is.limit, this.#graph.nameOf(node)),
        );
      case 'overRoot': {
        const [a, b] = [this.#asIs(is.a), this.#asIs(is.b)];
        return only({ value: lowerOverRoot(this.#phase, a, b, is, this.#graph.nameOf(node)), coefficient: ONE });
      }
      case 'noise':
        return only(lowerNoise(this.#phase, this.#expression(is.a), is));
      case 'clipFactor':
        invariant(this.#clipping !== undefined, 'rows are clipped at known scales');
        this.#clipFactor = lowerClipFactor(this.#phase, is, this.#asIs, this.#clipping);
        return only({ value: this.#clipFactor.factor, coefficient: ONE });
      case 'positive':
        throw new TrefoilError('TREFOIL_INTERNAL', 'a slope stands in a product alone');
      case 'sumRows': {
        // A sum of something that is masked anyway needs no opening of its own.
        if (this.#graph.isFactor(is.a)) this.masked(is.a);
        return each(is.a, this.#graph.nodes[is.a].rows, (value) => this.#phase.sumRows(value));
      }
      case 'sigmoid': {
        const part: Part = { smooth: 'sigmoid', of: this.#argument(is.a), coefficient: ONE };
        if (!this.#graph.isFactor(node)) return only(part);
        const opened = this.#phase.open(evaluate(this.#phase, part, smoothScale(this.#phase, [part])));
        return only({ value: this.#phase.truncate(opened, ACTIVATION_BITS), coefficient: ONE });
      }
      case 'softplus': {
        const of = this.#argument(is.a);
        return only({ value: of, coefficient: scalar(0.5) }, { smooth: 'softplus', of, coefficient: ONE });
      }
    }
  }

  #product(node: NodeId, form: ProductForm, a: NodeId, b: NodeId): Expression {
    let [x, y] = [this.masked(a), this.masked(b)];
    const [xShape, yShape] = [this.#phase.valueOf(x.value), this.#phase.valueOf(y.value)];
    const { k } = productShape(form, xShape, yShape);
    const scale = xShape.fractionalBits + yShape.fractionalBits;
    const [xBits, yBits] = [this.#bits(x.value), this.#bits(y.value)];
    const proved = this.#proved.get(node);
    const fits = proved !== undefined && scale + Math.log2(proved) <= PRODUCT_BITS;
    if (!fits && xBits + yBits + Math.ceil(Math.log2(k)) > PRODUCT_BITS) {
      if (xBits > OPERAND_BITS) x = this.#narrowed(a);
      if (yBits > OPERAND_BITS) y = b === a ? x : this.#narrowed(b);
    }
    const value = this.#phase.product(form, x.value, y.value, this.#graph.nameOf(node), proved);
    return { parts: [{ value, coefficient: times(x.coefficient, y.coefficient) }], constant: ZERO };
  }

  /** The product of something with the bits that another node is made of, which are never opened as numbers. */
  #selection(node: NodeId, bits: NodeId, other: NodeId): Part | undefined {
    const { is } = this.#graph.nodes[bits];
    if (is.op === 'positive') {
      // What is selected is cut down before, not after: nothing then needs a share of the wider mask.
      const narrow = this.#narrowed(other, this.#scales.get(node), this.#limits.of(other));
      this.#limits.watch(other, narrow.value);
      return this.#activations.unless(this.#sign(is.a), narrow);
    }
    if (is.op !== 'largest') return undefined;
    const { value, coefficient } = this.masked(other);
    return { value: this.#phase.bitTimes(this.#softmax(is.a).winner, value), coefficient };
  }

  /** The masked argument of a smooth function: within the interval, brought there, or watched. */
  #argument(node: NodeId): ValueId {
    const value = this.#asIs(node);
    const { bound, name = 'logits' } = this.#phase.valueOf(value);
    if (bound <= this.#interval) return value;
    if (this.#watched !== 'everything') return clamp(this.#phase, value, this.#interval, `${name}, clamped`);
    // Where that does not hold the run fails in the end, so what follows may build on it.
    this.#phase.watch(value, this.#interval, name, KEEP_LOGITS);
    return value;
  }

  #mask(expression: Expression, name: string): Scaled {
    const [only, ...more] = expression.parts;
    if (more.length === 0 && expression.constant.constant === 0 && 'value' in only) {
      return { value: this.#opened(only.value), coefficient: only.coefficient };
    }
    const combined = combine(this.#phase, expression, name);
    return { value: this.#opened(combined), coefficient: ONE };
  }
}

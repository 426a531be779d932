/**
 * Models of layers, one behind the other: the batch, the loss, and one step of every parameter. Logistic and linear regression have no hidden layer.
 * @module
 */
import { invariant } from '../errors.ts';
import { differentiate } from './differentiate.ts';
import { Graph, type NodeId, type Scalar, scalar } from './graph.ts';
import { type AppliedLayers, applyLayers, type LayerSpec, type Placed, placed } from './layers/index.ts';
import { reachOf } from './layers/initial.ts';
import { flat, type Image, type Initial, type Layer, type WeightShape } from './layers/layer.ts';
import { layersOf, type ShortForm } from './layers/short-form.ts';
import type { Model, StateNode } from './model.ts';
import { add, clip, input, matmul, parameter, scale, sumRows } from './nodes/index.ts';
import { isPlain, type Optimiser, update } from './optimisers/index.ts';
import { OUTPUTS, type Output } from './output.ts';

/** A model: layers of any kind, and behind them a dense layer that gives the output. */
export interface Architecture {
  readonly inputs: number;
  /** The shape of a record, of which the inputs are the entries. */
  readonly image: Image;
  readonly layers: readonly LayerSpec[];
  readonly output: Output;
  /** Columns of the output: the classes of a softmax, otherwise 1. */
  readonly outputs: number;
  /** The probability from which a row counts as 1 with a sigmoid. Absent: 0.5. */
  readonly threshold?: number;
}

/** The model whose layers have a short form. */
export function perceptron({
  hidden,
  activation,
  ...ends
}: ShortForm & Omit<Architecture, 'image' | 'layers'>): Architecture {
  return { ...ends, image: flat(ends.inputs), layers: layersOf({ hidden, activation }) };
}

/** The layers of a model, in order, with that of the output. */
export const placesOf = ({ layers, image, outputs }: Architecture): Placed[] =>
  placed([...layers, { type: 'dense', width: outputs }], image);

/** How many classes labels are of. Those of a target are of two, its ends. */
export const classCount = ({ outputs }: Pick<Architecture, 'outputs'>): number => Math.max(2, outputs);

/** Whether anything stands before the layer of the output. */
export const hasHidden = (architecture: Architecture): boolean => placesOf(architecture).length > 1;

/** Shapes of the weights of the layers that have some, in order. */
export const layerShapes = (architecture: Architecture): WeightShape[] =>
  placesOf(architecture).flatMap(({ weights }) => (weights === undefined ? [] : [weights]));

/** The layers applied to `x`; gives what comes before the last activation. */
export function forward(graph: Graph, x: NodeId, layers: readonly Layer[], architecture: Architecture): NodeId {
  return applyLayers(graph, x, placesOf(architecture), layers).output;
}

/**
 * How far an initial weight can be from 0, by the name of the weights that begin at random: those of all layers, where any stands before that of the output.
 * Otherwise weights begin at 0.
 */
export function initialReach(architecture: Architecture, initial: Initial): ReadonlyMap<string, number> {
  const shapes = hasHidden(architecture) ? layerShapes(architecture) : [];
  return new Map(shapes.map((shape, i) => [`weights ${i + 1}`, reachOf(initial, shape)]));
}

/**
 * How the weights of rows reach the gradients. `gradients`: each row's gradient at the output is multiplied by the row's weight. `features`: the gradient of
 * a model of one layer, Xᵀ·diag(w)·δ, is (diag(w)·X)ᵀ·δ, and the weighted features enter as the features do. That needs no product on the way, and thus no
 * round.
 */
export type Weighting = 'features' | 'gradients';

export interface MlpTraining {
  readonly batch: number;
  /** Absent: all rows count alike, and none has a weight. */
  readonly weighting?: Weighting;
  /** Factor of half the squared weights in the loss; biases are free. */
  readonly l2: number;
  readonly optimiser: Optimiser;
  /** Each element of the gradient of the loss is clipped to ± this; the penalty comes on top. */
  readonly clipGradient?: number;
}

/** The forward pass of a batch. */
export interface Network {
  readonly graph: Graph;
  readonly features: NodeId;
  readonly labels: NodeId;
  readonly layers: readonly Layer[];
  readonly applied: AppliedLayers;
  readonly logits: NodeId;
  /** The sum of all rows' losses, without weights. */
  readonly loss: NodeId;
  readonly rowLosses: NodeId;
}

export function network(architecture: Architecture, batch: number): Network {
  const graph = new Graph();
  const features = input(graph, 'features', batch, architecture.inputs);
  const labels = input(graph, 'labels', batch, architecture.outputs);
  const shapes = layerShapes(architecture);
  const layers = shapes.map(
    ({ rows, cols }, i): Layer => ({
      weights: parameter(graph, `weights ${i + 1}`, rows, cols),
      bias: parameter(graph, `bias ${i + 1}`, 1, cols),
    }),
  );
  const applied = applyLayers(graph, features, placesOf(architecture), layers);
  const logits = applied.output;
  const rowLosses = OUTPUTS[architecture.output].rowLoss(graph, logits, labels);
  const loss = sumRows(graph, rowLosses);
  return { graph, features, labels, layers, applied, logits, loss, rowLosses };
}

/** What a network gets for weights of rows. */
export interface RowWeights {
  /** rows × 1. */
  readonly weights: NodeId;
  /** Σ w_i·ℓ_i */
  readonly loss: NodeId;
  /** For `differentiate`. */
  readonly at: NodeId;
}

/** Adds the weights of the rows of a batch. */
export function weightRows({ graph, logits, rowLosses }: Network): RowWeights {
  const { rows } = graph.nodes[logits];
  const weights = input(graph, 'weights', rows, 1);
  return { weights, loss: matmul(graph, weights, rowLosses, 'matmulTN'), at: logits };
}

/** The gradient of each layer, without the penalty. */
export interface LayerGradient {
  readonly weights: NodeId;
  readonly bias: NodeId;
}

/** One step of every parameter. `seed` is what the gradients are multiples of: the learning rate where a gradient is the very step. */
export function stateOf(
  graph: Graph,
  layers: readonly Layer[],
  gradients: readonly LayerGradient[],
  { l2, optimiser, clipGradient }: Omit<MlpTraining, 'batch' | 'weighting'>,
  seed: Scalar,
): StateNode[] {
  return layers.flatMap((layer, i) =>
    (['weights', 'bias'] as const).flatMap((role) => {
      const parameter = layer[role];
      const decay = role === 'weights' && l2 !== 0 ? scale(graph, parameter, { ...seed, constant: l2 }) : undefined;
      const name = `${role} ${i + 1}`;
      const slope = graph.label(gradients[i][role], `gradient of ${name}`, `weights ${i + 1}`);
      const clipped = clipGradient === undefined ? slope : clip(graph, slope, clipGradient);
      const gradient = decay === undefined ? clipped : add(graph, clipped, decay);
      const isUnscaled = isPlain(optimiser) && seed.ratePower === 0;
      const step = isUnscaled ? scale(graph, gradient, scalar(1, 1)) : gradient;
      const limit = decay === undefined && clipGradient !== undefined ? clipGradient : Number.POSITIVE_INFINITY;
      const states = update(optimiser, { graph, name, role, parameter, gradient: step, limit });
      return states.map((state) => ({ ...state, layer: `weights ${i + 1}` }));
    }),
  );
}

export function mlp(architecture: Architecture, training: MlpTraining): Model {
  const { batch, optimiser, clipGradient, weighting } = training;
  const net = network(architecture, batch);
  const { graph, features, labels, layers, applied, logits } = net;
  const mean = scale(graph, net.loss, scalar(1 / batch));
  const weighted = weighting === undefined ? undefined : weightRows(net);
  const parameters = layers.flatMap(({ weights, bias }) => [weights, bias]);
  // Seeded with the learning rate, a gradient is the very step; whoever remembers gradients or clips them takes them unscaled.
  const isStep = isPlain(optimiser) && clipGradient === undefined;
  const seed = isStep ? scalar(1, 1) : scalar(1);
  const nodes = [applied.weighted[0].output, ...parameters, ...applied.activations];
  const atOutput = weighting === 'gradients' ? weighted : undefined;
  const [firstGradient, ...gradients] = differentiate(graph, mean, nodes, seed, atOutput);
  const hiddenGradients = gradients.slice(parameters.length);
  hiddenGradients.forEach((gradient, i) => {
    graph.label(gradient, `gradient of layer ${i + 1}`, `gradient of layer ${i + 1}`);
  });
  let ofLayers = layers.map((_, i): LayerGradient => ({ weights: gradients[2 * i], bias: gradients[2 * i + 1] }));
  let weightedFeatures: NodeId | undefined;
  if (weighting === 'features' && weighted !== undefined) {
    invariant(layers.length === 1 && !hasHidden(architecture), 'weighted features are those of a model of one layer');
    weightedFeatures = input(graph, 'weighted features', batch, architecture.inputs);
    const [weights, bias] = [weightedFeatures, weighted.weights].map((of) =>
      matmul(graph, of, firstGradient, 'matmulTN'),
    );
    ofLayers = [{ weights, bias }];
  }
  const state = stateOf(graph, layers, ofLayers, training, seed);
  const loss = weighted === undefined ? mean : scale(graph, weighted.loss, scalar(1 / batch));
  return {
    ...{ graph, features, labels, logits, loss, state, lossFactor: seed, firstGradient, hiddenGradients },
    ...(weighted === undefined ? {} : { weights: weighted.weights }),
    ...(weightedFeatures === undefined ? {} : { weightedFeatures }),
  };
}

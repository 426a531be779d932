/**
 * What training needs of a model: its graph, its loss, and one step of every state value.
 * @module
 */
import type { Graph, NodeId, Scalar } from './graph.ts';

/** A value that lives from step to step: a parameter, or what an optimiser remembers of its gradients. */
export interface StateNode {
  readonly name: string;
  readonly node: NodeId;
  readonly updated: NodeId;
  readonly rows: number;
  readonly cols: number;
  /** Squares are of small numbers: they need more digits than other memory. */
  readonly role: 'weights' | 'bias' | 'memory' | 'squares';
  /** The part of the model that it serves, where that is said. */
  readonly layer?: string;
  /** What it can not be beyond, whatever the records, where that is so. */
  readonly bound?: number;
}

export interface Model {
  readonly graph: Graph;
  readonly features: NodeId;
  readonly labels: NodeId;
  /** rows × 1: what each row's loss is multiplied by. Absent: by 1. */
  readonly weights?: NodeId;
  /** The features of each row times its weight, where these enter beside the features. */
  readonly weightedFeatures?: NodeId;
  /** What comes before the last activation. */
  readonly logits: NodeId;
  /** Mean loss of the batch, without the penalty: the sum of the weighted losses over the number of rows. */
  readonly loss: NodeId;
  readonly state: readonly StateNode[];
  /** What the gradients are multiples of: 1, or the learning rate where a gradient is the very step. */
  readonly lossFactor: Scalar;
  /** What the features are multiplied with in the gradient of the first layer's weights. */
  readonly firstGradient: NodeId;
  /** Gradients at the outputs of the hidden layers, from the first on. */
  readonly hiddenGradients: readonly NodeId[];
}

/**
 * Every kind of layer, by the name that a job file has for it; and layers one behind the other.
 * @module
 */
import type { Graph, NodeId } from '../graph.ts';
import { type Activation, activation } from './activation.ts';
import { type AveragePool, averagePool } from './average-pool.ts';
import { type Conv2d, conv2d } from './conv2d.ts';
import { type Dense, dense } from './dense.ts';
import type { Image, Initial, Layer, LayerKind, WeightShape } from './layer.ts';

export type LayerSpec = Dense | Activation | Conv2d | AveragePool;

export const LAYERS: { readonly [T in LayerSpec['type']]: LayerKind<Extract<LayerSpec, { type: T }>> } = {
  dense,
  activation,
  conv2d,
  averagePool,
};

export const layerKindOf = ({ type }: Pick<LayerSpec, 'type'>): LayerKind<LayerSpec> => LAYERS[type];

/** A layer with what comes into it. */
export interface Placed {
  readonly layer: LayerSpec;
  readonly from: Image;
  readonly weights?: WeightShape;
}

/** Layers behind an input of a shape, each with what comes into it. */
export function placed(layers: readonly LayerSpec[], image: Image): Placed[] {
  let from = image;
  return layers.map((layer) => {
    const kind = layerKindOf(layer);
    const weights = kind.weights?.(layer, from);
    const place = { layer, from, ...(weights === undefined ? {} : { weights }) };
    from = kind.shape(layer, from);
    return place;
  });
}

/** What is wrong with the first of these layers that can not stand where it does. */
export function layerProblem(layers: readonly LayerSpec[], image: Image) {
  let from = image;
  for (const [at, layer] of layers.entries()) {
    const kind = layerKindOf(layer);
    const problem = kind.problem?.(layer, from);
    if (problem !== undefined) return { at, ...problem };
    from = kind.shape(layer, from);
  }
  return undefined;
}

/** How the weights of a model with these layers best begin. */
export const initialOf = (layers: readonly LayerSpec[]): Initial =>
  layers.reduceRight<Initial | undefined>((after, layer) => layerKindOf(layer).initial?.(layer) ?? after, undefined) ??
  'he';

/** Whether records themselves go into a dense layer, and whether what comes out of it is cut at 0. */
export function firstOf([first, second]: readonly LayerSpec[]): { readonly isDense: boolean; readonly isCut: boolean } {
  const isDense = first === undefined || layerKindOf(first).isDense === true;
  return { isDense, isCut: isDense && isCut(second) };
}

const isCut = (after: LayerSpec | undefined) => after !== undefined && layerKindOf(after).cutsAtZero?.(after) === true;

/** The names of the layers with weights behind which everything below 0 is cut off. */
export function cutLayers(layers: readonly LayerSpec[]): string[] {
  let weighted = 0;
  return layers.flatMap((layer, i) => {
    if (layerKindOf(layer).weights === undefined) return [];
    weighted++;
    return isCut(layers[i + 1]) ? [`layer ${weighted}`] : [];
  });
}

/** What a layer with weights takes, and what it gives before its activation. */
export interface Applied {
  readonly input: NodeId;
  readonly output: NodeId;
}

export interface AppliedLayers {
  /** The layers with weights. */
  readonly weighted: readonly Applied[];
  /** What activations give, from the first on. */
  readonly activations: readonly NodeId[];
  readonly output: NodeId;
}

/** Layers applied to `x`, one after the other; `parameters` are those of the layers with weights. */
export function applyLayers(
  graph: Graph,
  x: NodeId,
  places: readonly Placed[],
  parameters: readonly Layer[],
): AppliedLayers {
  const weighted: Applied[] = [];
  const activations: NodeId[] = [];
  let at = x;
  for (const { layer, from, weights } of places) {
    const kind = layerKindOf(layer);
    const own = weights === undefined ? undefined : parameters[weighted.length];
    const output = kind.apply(graph, at, layer, from, own);
    if (own !== undefined) {
      const name = `layer ${weighted.length + 1}`;
      graph.label(output, name, name);
      weighted.push({ input: at, output });
    }
    if (kind.isActivation === true) activations.push(output);
    at = output;
  }
  return { weighted, activations, output: at };
}

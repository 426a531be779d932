/**
 * What a kind of layer says of itself.
 * @module
 */
import type { Graph, NodeId } from '../graph.ts';

/** What a layer makes of a record: an image, row by row and channels last; 1 × 1 where it is no image. */
export interface Image {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

export const sizeOf = ({ height, width, channels }: Image): number => height * width * channels;
export const flat = (channels: number): Image => ({ height: 1, width: 1, channels });

/** The parameters of a layer, as nodes. */
export interface Layer {
  readonly weights: NodeId;
  readonly bias: NodeId;
}

/** The weights of a layer, inputs × outputs; the bias has one number for each output. */
export interface WeightShape {
  /** Inputs that one output is a sum over. */
  readonly rows: number;
  readonly cols: number;
  /** Outputs that one input goes into. */
  readonly fanOut: number;
}

/** The variance of initial weights: 2 / inputs (He et al. 2015, for ReLU), or 2 / (inputs + outputs) (Glorot and Bengio 2010). */
export type Initial = 'he' | 'glorot';

/** A key of a layer in the job file. */
export type LayerSetting =
  | { readonly is: 'whole'; readonly least: number; readonly most: number; readonly byDefault?: number }
  | { readonly is: 'choice'; readonly of: readonly [string, ...string[]] };

export interface LayerKind<L> {
  /** Its keys in the job file. Where it has one alone, the file may write the value in place of the mapping. */
  readonly settings: { readonly [K in Exclude<keyof L, 'type'>]: LayerSetting };
  /** Why it can not stand behind what gives `from`: its key, and the end of a sentence. Absent or undefined: it can. */
  problem?(layer: L, from: Image): { readonly key: string; readonly says: string } | undefined;
  shape(layer: L, from: Image): Image;
  /** Absent: it has no weights. */
  weights?(layer: L, from: Image): WeightShape;
  /** True: what goes on from it is watched as the output of an activation. Absent: it is not. */
  readonly isActivation?: true;
  /** True: each output is a sum over all of a record, so that the gradient of its weights is a product of records. Absent: it is not. */
  readonly isDense?: true;
  /** True: it gives 0 wherever less than 0 comes in. Absent or false: it does not. */
  cutsAtZero?(layer: L): boolean;
  /** How the weights before it best begin. Absent: as those before the next layer. */
  initial?(layer: L): Initial;
  /** Why the gradient of a single record can not be clipped in a model with such a layer: the end of a sentence. Absent: it can. */
  readonly unclipped?: string;
  /** Its nodes, behind `x`: records of the batch one after the other, whatever their rows. */
  apply(graph: Graph, x: NodeId, layer: L, from: Image, parameters: Layer | undefined): NodeId;
}

/**
 * How each kind of node is lowered. The type asks for a row for every kind there is.
 * @module
 */
import type { Node, NodeName, NodeTypes } from '../../graph/graph.ts';
import { clip, limited } from './clip.ts';
import { clipFactor } from './clip-factor.ts';
import type { NodeLowering } from './context.ts';
import {
  add,
  broadcast,
  constant,
  gatherEntries,
  given,
  repeatColumn,
  scale,
  scatterEntries,
  sumColumns,
  sumRows,
} from './linear.ts';
import { noise } from './noise.ts';
import { overRoot } from './over-root.ts';
import { matmul, multiply } from './product.ts';
import { positive, relu } from './relu.ts';
import { sigmoid, softplus } from './smooth.ts';
import { largest, logSumExp, softmax } from './softmax.ts';

const LOWERINGS: { readonly [K in NodeName]: NodeLowering<NodeTypes[K]> } = {
  input: given,
  parameter: given,
  constant,
  scale,
  add,
  multiply,
  matmul,
  broadcast,
  sumRows,
  sumColumns,
  repeatColumn,
  gatherEntries,
  scatterEntries,
  relu,
  positive,
  sigmoid,
  softplus,
  softmax,
  logSumExp,
  largest,
  clip,
  limited,
  overRoot,
  noise,
  clipFactor,
};

export const loweringOf = ({ is }: Node): NodeLowering => LOWERINGS[is.op];

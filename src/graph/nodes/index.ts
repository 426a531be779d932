/**
 * Every kind of node, by the function that makes it.
 * @module
 */
export { add, subtract } from './add.ts';
export { clip } from './clip.ts';
export { clipFactor } from './clip-factor.ts';
export { repeatColumn, sumColumns } from './columns.ts';
export { constant } from './constant.ts';
export { input, parameter } from './given.ts';
export { largest } from './largest.ts';
export { limited } from './limited.ts';
export { logSumExp } from './log-sum-exp.ts';
export { matmul } from './matmul.ts';
export { multiply } from './multiply.ts';
export { noise } from './noise.ts';
export { overRoot } from './over-root.ts';
export { positive } from './positive.ts';
export { relu } from './relu.ts';
export { broadcast, sumRows } from './rows.ts';
export { scale } from './scale.ts';
export { sigmoid } from './sigmoid.ts';
export { softmax } from './softmax.ts';
export { softplus } from './softplus.ts';

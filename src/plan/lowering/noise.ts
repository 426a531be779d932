/**
 * Noise on a sum, before anything opens it.
 * @module
 */
import { invariant } from '../../errors.ts';
import { scalar, times } from '../../graph/graph.ts';
import type { Noise } from '../../graph/nodes/noise.ts';
import type { NodeLowering } from './context.ts';
import { only } from './expression.ts';

export const noise: NodeLowering<Noise> = {
  lower(context, { is: { a, sensitivity, noiseMultiplier } }) {
    const { parts, constant } = context.expression(a);
    const [sum] = parts;
    invariant(parts.length === 1 && 'value' in sum && constant.constant === 0, 'noise is added to one sum');
    const { value, coefficient } = sum;
    invariant(coefficient.ratePower === 0, 'a sum with noise has the learning rate in itself');
    const inItsUnits = times(sensitivity, scalar(1 / Math.abs(coefficient.constant)));
    return only({ value: context.phase.noise(value, inItsUnits, noiseMultiplier), coefficient });
  },
};

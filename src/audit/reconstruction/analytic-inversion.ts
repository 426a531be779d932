/**
 * One record from its gradient, exactly. Each column of a dense layer's weight gradient is the record times what the bias gradient holds for that
 * column: dividing one by the other gives the record (Phong et al. 2018; Geiping et al. 2020, proposition 3.1). Logistic regression is such a
 * layer and nothing else.
 * @module
 */
import type { LayerParameters } from '../models/network.ts';

/** From the gradient of the first dense layer, or nothing where no output of the layer has a gradient: then the update holds no record. */
export function invertSingle({ weights, bias }: LayerParameters): Float64Array | undefined {
  // The largest divisor loses least.
  const column = bias.reduce((best, x, j) => (Math.abs(x) > Math.abs(bias[best]) ? j : best), 0);
  if (bias[column] === 0) return undefined;
  return Float64Array.from(
    { length: weights.length / bias.length },
    (_, i) => weights[i * bias.length + column] / bias[column],
  );
}

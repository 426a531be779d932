/**
 * Products of float64 matrices outside linear memory: an audit trains hundreds of small networks, each for itself.
 * @module
 */

export interface RealMatrix {
  readonly rows: number;
  readonly cols: number;
  /** Row by row. */
  readonly values: Float64Array;
}

/** out = a·b, aᵀ·b (TN) or a·bᵀ (NT). */
export function realProduct(
  form: 'matmul' | 'matmulTN' | 'matmulNT',
  a: RealMatrix,
  b: RealMatrix,
  out: Float64Array,
): Float64Array {
  if (form === 'matmulNT') {
    for (let i = 0, at = 0; i < a.rows; i++) {
      for (let j = 0; j < b.rows; j++) out[at++] = dot(a.values, i * a.cols, b.values, j * b.cols, a.cols);
    }
    return out;
  }
  out.fill(0);
  for (let i = 0, at = 0; i < a.rows; i++) {
    for (let k = 0; k < a.cols; k++, at++) {
      const by = a.values[at];
      // Much of a picture is 0, and of what a ReLU leaves.
      if (by === 0) continue;
      const [to, from] = form === 'matmul' ? [i, k] : [k, i];
      addMultiple(out, to * b.cols, by, b.values, from * b.cols, b.cols);
    }
  }
  return out;
}

function addMultiple(out: Float64Array, to: number, by: number, x: Float64Array, from: number, count: number): void {
  for (let j = 0; j < count; j++) out[to + j] += by * x[from + j];
}

function dot(x: Float64Array, i: number, y: Float64Array, j: number, count: number): number {
  let sum = 0;
  for (let k = 0; k < count; k++) sum += x[i + k] * y[j + k];
  return sum;
}

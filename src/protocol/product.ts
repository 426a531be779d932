/**
 * The product of two masked values, elementwise or as matrices: Beaver's multiplication (Crypto '91) with the masks themselves as
 * the first two entries of the triple, so that no input is opened for it.
 *
 * z = x∘y with x = m_x − λ_x, y = m_y − λ_y. The dealer deals [γ], γ = λ_x∘λ_y; evaluator j computes
 * [z]ⱼ = m_x∘[y]ⱼ − [λ_x]ⱼ∘m_y + [γ]ⱼ, where [y]ⱼ = −[λ_y]ⱼ (+ m_y for the first). The scale of z is the sum of the scales.
 * Rounds: 0. Online bytes: 0. Correction: 8 bytes an element of z. Leaks nothing.
 * @module
 */
import { dealt, type Material } from './cost.ts';
import type { DealtTensor, Machine, Masked, ShareTensor } from './tensors.ts';

export type ProductForm = 'elementwise' | 'matmul' | 'matmulTN' | 'matmulNT';

/** op(x) is m × k, op(y) is k × n; elementwise: m elements, k = n = 1. */
export interface ProductShape {
  readonly form: ProductForm;
  readonly m: number;
  readonly k: number;
  readonly n: number;
}

interface Matrix {
  readonly rows: number;
  readonly cols: number;
}

export function productShape(form: ProductForm, x: Matrix, y: Matrix): ProductShape {
  switch (form) {
    case 'elementwise':
      return { form, m: x.rows * x.cols, k: 1, n: 1 };
    case 'matmul':
      return { form, m: x.rows, k: x.cols, n: y.cols };
    case 'matmulTN':
      return { form, m: x.cols, k: x.rows, n: y.cols };
    case 'matmulNT':
      return { form, m: x.rows, k: x.cols, n: y.rows };
  }
}

export function productMaterial({ m, n }: ProductShape): readonly [gamma: Material] {
  return [dealt(m * n)];
}

/** Elements of y: the evaluator needs that much temporary memory. */
export function productTemporary({ form, m, k, n }: ProductShape): number {
  return form === 'elementwise' ? m : k * n;
}

const ASSIGN = 0;
const SUBTRACT = 2;

export function dealProduct(
  { kernels, scratch }: Machine,
  { form, m, k, n }: ProductShape,
  x: DealtTensor,
  y: DealtTensor,
  gamma: DealtTensor,
): void {
  if (form === 'elementwise') kernels.mul(gamma.at, x.at, y.at, m);
  else kernels[form](gamma.at, x.at, y.at, m, k, n, ASSIGN, scratch);
}

export function evaluateProduct(
  { kernels, first, scratch }: Machine,
  shape: ProductShape,
  x: Masked,
  y: Masked,
  gamma: ShareTensor,
  out: ShareTensor,
  temporary: number,
): void {
  const { form, m, k, n } = shape;
  const size = productTemporary(shape);
  if (first) kernels.sub(temporary, y.value.at, y.mask.at, size);
  else kernels.neg(temporary, y.mask.at, size);
  if (form === 'elementwise') {
    kernels.mul(out.at, x.value.at, temporary, m);
    kernels.mulSub(out.at, x.mask.at, y.value.at, m);
  } else {
    kernels[form](out.at, x.value.at, temporary, m, k, n, ASSIGN, scratch);
    kernels[form](out.at, x.mask.at, y.value.at, m, k, n, SUBTRACT, scratch);
  }
  kernels.add(out.at, out.at, gamma.at, m * n);
}

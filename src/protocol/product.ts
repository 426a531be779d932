/**
 * The product of two masked values, elementwise or as matrices. It sends no message.
 *
 * In the textbook (Beaver, Crypto '91) all know m_x = x + λ_x and m_y = y + λ_y, and share a triple λ_x, λ_y, γ = λ_x∘λ_y. Then
 *     x∘y = m_x∘m_y − m_x∘λ_y − λ_x∘m_y + γ,
 * and each evaluator puts its shares in the places of λ_x, λ_y and γ; only the first one adds m_x∘m_y. Here values are held masked, so m is known and
 * nothing is opened. An evaluator multiplies twice.
 *
 * The faster form multiplies once. A product of sums has every term of the textbook's, and one too many: [λ_x]ⱼ∘[λ_y]ⱼ, of evaluator j's own shares.
 * The dealer knows all shares, so its γ takes that back:
 *     two evaluators:  2·x∘y = Σⱼ (m_x − 2[λ_x]ⱼ)∘(m_y − 2[λ_y]ⱼ) + γ,  γ = −2·δ_x∘δ_y,  δ = [λ]₁ − [λ]₂;
 *     three:  x∘y = (m_x − [λ_x]₁)∘(m_y − [λ_y]₁) + (m_x − [λ_x]₂)∘(m_y − [λ_y]₂) − (m_x + [λ_x]₃)∘(m_y + [λ_y]₃) + γ,
 *             γ = α_x∘β_y + β_x∘α_y,  α = [λ]₁ + [λ]₃,  β = [λ]₂ + [λ]₃;
 *     one alone, as in the twin in the clear:  x∘y = (m_x − λ_x)∘(m_y − λ_y).
 * Twice the product is one fractional bit more (`productBits`). The scale of z adds it to the sum of both scales.
 *
 * The dealer deals [γ], or keeps it where z is opened at once. Rounds: 0. Online bytes: 0. Correction: 8 bytes an element of z, or none. Leaks nothing.
 * @module
 */
import { DONE, inTurn, type Slices } from '../slices.ts';
import { dealt, type Material } from './consumption.ts';
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

/** Fractional bits that a product has beyond those of its factors. */
export const productBits = (evaluators: number): number => (evaluators === 2 ? 1 : 0);

export function productMaterial({ m, n }: ProductShape, corrected: boolean): readonly Material[] {
  return corrected ? [dealt(m * n)] : [];
}

/** Elements of x and of y: the evaluator needs temporary memory for both. */
export function operandSizes({ form, m, k, n }: ProductShape): readonly [x: number, y: number] {
  return form === 'elementwise' ? [m, m] : [m * k, k * n];
}

const ASSIGN = 0;
const ADD = 1;

function multiply(
  { kernels, multiply }: Machine,
  { form, m, k, n }: ProductShape,
  out: number,
  x: number,
  y: number,
  mode: typeof ASSIGN | typeof ADD,
): Slices {
  if (form !== 'elementwise') return multiply({ form, out, a: x, b: y, m, k, n, mode });
  if (mode === ADD) kernels.mulAdd(out, x, y, m);
  else kernels.mul(out, x, y, m);
  return DONE;
}

/** γ, from the spreads of both masks. */
export function dealProduct(
  machine: Machine,
  shape: ProductShape,
  x: readonly DealtTensor[],
  y: readonly DealtTensor[],
  gamma: DealtTensor,
): Slices {
  const { kernels } = machine;
  const count = shape.m * shape.n;
  if (x.length === 0) {
    kernels.fill0(gamma.at, 8 * count);
    return DONE;
  }
  if (x.length === 1) {
    return inTurn(multiply(machine, shape, gamma.at, x[0].at, y[0].at, ASSIGN), () => {
      kernels.scale(gamma.at, gamma.at, -2n, count);
      return DONE;
    });
  }
  return inTurn(multiply(machine, shape, gamma.at, x[0].at, y[1].at, ASSIGN), () =>
    multiply(machine, shape, gamma.at, x[1].at, y[0].at, ADD),
  );
}

/** An evaluator's share. Without γ: what is a share once γ is added. */
export function evaluateProduct(
  machine: Machine,
  shape: ProductShape,
  x: Masked,
  y: Masked,
  gamma: ShareTensor | undefined,
  out: ShareTensor,
): Slices {
  const { kernels, evaluators, index } = machine;
  const [sizeX, sizeY] = operandSizes(shape);
  const [operandX, operandY] = machine.operands;
  const isThird = index === 2;
  const factor = evaluators === 2 ? -2n : isThird ? 1n : -1n;
  kernels.copy(operandX, x.value.at, 8 * sizeX);
  kernels.scaleAdd(operandX, x.mask.at, factor, sizeX);
  if (isThird) kernels.neg(operandY, y.value.at, sizeY);
  else kernels.copy(operandY, y.value.at, 8 * sizeY);
  kernels.scaleAdd(operandY, y.mask.at, isThird ? -1n : factor, sizeY);
  if (gamma !== undefined) kernels.copy(out.at, gamma.at, 8 * shape.m * shape.n);
  return multiply(machine, shape, out.at, operandX, operandY, gamma === undefined ? ASSIGN : ADD);
}

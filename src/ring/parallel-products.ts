/**
 * The matrix products of the kernels, spread over threads where they are big enough for it.
 * @module
 */
import type { Slices } from '../slices.ts';
import type { MatrixKernels } from './kernels.ts';
import type { ProductThreads } from './product-threads.ts';
import { FORMS, MOST_PARTS, type Partition, type ProductDescription, type ProductPart } from './shared-product.ts';

/** Multiply-adds below which waking a thread costs more than it brings. */
const SMALLEST_PRODUCT = 2 ** 20;
/** Multiply-adds of a part at most: some 10 ms, so that no thread waits long for the last one. */
const LARGEST_PART = 2 ** 25;
/** Multiply-adds that one thread computes in a tenth of a second. */
const LONG_PRODUCT = 2 ** 27;
/** More share the work more evenly, fewer pack less. */
const PARTS_A_THREAD = 2;
/** Rows and columns that the kernels compute at once. */
const LANES = 4;

type Products = Pick<MatrixKernels, (typeof FORMS)[number]>;

/** The same products as those of `kernels`, whose caller computes parts like the other threads. */
export function parallelProducts(kernels: Products, threads: ProductThreads): Products {
  const [matmul, matmulTN, matmulNT] = FORMS.map((form): Products[typeof form] => {
    const alone = kernels[form];
    return (out, a, b, m, k, n, mode, scratch) => {
      // Products with a vector wait for the memory and not for the processor.
      if (m === 1 || n === 1 || m * k * n < SMALLEST_PRODUCT) alone(out, a, b, m, k, n, mode, scratch);
      else threads.multiply({ form, out, a, b, m, k, n, mode }, partition(m, k, n, threads.count), scratch);
    };
  });
  return { matmul, matmulTN, matmulNT };
}

/** Parts as square as they can be, since each packs its rows and its columns. */
export function partition(m: number, k: number, n: number, threads: number): Partition {
  const wanted = Math.max(PARTS_A_THREAD * threads, Math.ceil((m * k * n) / LARGEST_PART));
  // Rounding up below makes less than twice as many.
  const parts = Math.min(wanted, Math.floor(MOST_PARTS / 2));
  const down = Math.min(parts, Math.max(1, Math.round(Math.sqrt((parts * m) / n))));
  const rows = wholePanels(m / down);
  const columns = wholePanels(n / Math.ceil(parts / down));
  return { rows, columns, parts: Math.ceil(m / rows) * Math.ceil(n / columns) };
}

/** A product part by part, with room for other work between them. */
export function* productInParts(
  matmulPart: ProductPart,
  { form, out, a, b, m, k, n, mode }: ProductDescription,
  { rows, columns }: Partition,
  scratch: number,
): Slices {
  const index = FORMS.indexOf(form);
  for (let row = 0; row < m; row += rows) {
    for (let column = 0; column < n; column += columns) {
      const [height, width] = [Math.min(rows, m - row), Math.min(columns, n - column)];
      matmulPart(index, out, a, b, m, k, n, mode, scratch, row, height, column, width);
      yield;
    }
  }
}

/** Whether a product takes so long that other work should come in between. */
export const isLong = ({ m, k, n }: ProductDescription): boolean => m > 1 && n > 1 && m * k * n > LONG_PRODUCT;

function wholePanels(lanes: number): number {
  return LANES * Math.ceil(lanes / LANES);
}

/**
 * The thread that computes parts of matrix products: the same kernels on the same memory, with scratch memory of its own.
 *
 * It sleeps between products and ends with its process, or when it is told to.
 * @module
 */
import { workerData } from 'node:worker_threads';
import { type ProductPart, SharedProduct } from './shared-product.ts';

export interface ProductWorkerData {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Address of the control block. */
  readonly control: number;
  readonly scratch: number;
}

const { module, memory, control, scratch } = workerData as ProductWorkerData;
const { exports } = new WebAssembly.Instance(module, { env: { memory } });
const { matmulPart } = exports as unknown as { matmulPart: ProductPart };
const product = new SharedProduct(memory, control);
for (;;) product.sleep(product.compute(matmulPart, scratch));

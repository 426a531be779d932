/**
 * The worker threads of one memory: started by the first product that is shared, and ended with the memory or the process.
 * @module
 */
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { TrefoilError } from '../errors.ts';
import { atOnce, type Slices } from '../slices.ts';
import type { ProductWorkerData } from './product-worker.ts';
import { type Partition, type ProductDescription, type ProductPart, SharedProduct } from './shared-product.ts';

export class ProductThreads {
  /** Threads that compute, the caller among them. */
  readonly count: number;
  readonly #matmulPart: ProductPart;
  readonly #workerData: readonly ProductWorkerData[];
  readonly #shared: SharedProduct;
  #workers: readonly Worker[] | undefined;
  #failure: TrefoilError | undefined;

  /** One worker for each scratch region. */
  constructor(
    module: WebAssembly.Module,
    memory: WebAssembly.Memory,
    matmulPart: ProductPart,
    control: number,
    scratches: readonly number[],
  ) {
    this.count = scratches.length + 1;
    this.#matmulPart = matmulPart;
    this.#workerData = scratches.map((scratch) => ({ module, memory, control, scratch }));
    this.#shared = new SharedProduct(memory, control);
  }

  /** Returns when the product is complete. Throws `TREFOIL_INTERNAL` when a worker has ended or does not get ready within seconds. */
  multiply(product: ProductDescription, partition: Partition, scratch: number): void {
    atOnce(this.multiplying(product, partition, scratch));
  }

  /** The same with other work between the parts that the caller computes. No other product may come in. */
  *multiplying(product: ProductDescription, partition: Partition, scratch: number): Slices {
    this.#workers ??= this.#workerData.map((workerData) => this.#start(workerData));
    if (this.#failure !== undefined) throw this.#failure;
    this.#shared.publish(product, partition);
    while (this.#shared.computeOne(this.#matmulPart, scratch) === undefined) yield;
    if (this.#shared.finish(partition.parts)) return;
    throw this.#fail('did not finish its part of a matrix product within seconds');
  }

  async close(): Promise<void> {
    await Promise.all((this.#workers ?? []).map((worker) => worker.terminate()));
  }

  #start(workerData: ProductWorkerData): Worker {
    const file = createRequire(import.meta.url).resolve('trefoil-mpc/product-worker');
    const worker = new Worker(file, { workerData, execArgv: [], name: 'matrix products' });
    worker.on('error', (error) => this.#fail(`failed: ${error.message}`));
    worker.on('exit', () => this.#fail('ended before the run did'));
    // A node that is done ends at once.
    worker.unref();
    return worker;
  }

  #fail(how: string): TrefoilError {
    this.#failure ??= new TrefoilError(
      'TREFOIL_INTERNAL',
      `a thread for matrix products ${how}; start the run again, with fewer threads in this node's configuration if it happens again`,
    );
    return this.#failure;
  }
}

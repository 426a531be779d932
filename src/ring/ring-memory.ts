/**
 * One linear memory with the kernels on top: where ring tensors live.
 *
 * Memory is handed out front to back. What one phase of a plan needs is taken back, cleared, when another one begins; within a phase
 * everything is allocated once and then runs in place.
 * @module
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { TrefoilError } from '../errors.ts';
import { DONE, type Slices } from '../slices.ts';
import type { Kernels } from './kernels.ts';
import { isLong, parallelProducts, partition, productInParts } from './parallel-products.ts';
import { ProductThreads } from './product-threads.ts';
import { CONTROL_BYTES, type ProductDescription, type ProductPart } from './shared-product.ts';

const PAGE = 65_536;
const MAX_PAGES = 65_536;
/** Pages that memory grows by at least: V8 collects garbage each time. Nothing lies in them before they are used. */
const GROWTH_PAGES = 32;
const ALIGNMENT = 64;
/** Cleared between two places where other work may come in. */
const SLICE_BYTES = 2 ** 26;
/** Of the operating system, at least. */
const SMALL_PAGE = 4096;
const SETTLED_BYTES = 2 ** 24;
/** A key, and the scratch of the kernel that expands it. */
const KEY_BYTES = 32;
const STREAM_SCRATCH_BYTES = 256;
/** Room for the static data of the kernels, and not less than `initialMemory` in their asconfig.json. */
const STATIC_BYTES = 2 * PAGE;
/** Of a matrix beyond every block size, so that its scratch memory does for all. */
const LARGEST_SIDE = 2 ** 16;

interface Exports extends Kernels {
  dataEnd(): number;
  readonly matmulPart: ProductPart;
}

const compiled = new Map<string, WebAssembly.Module>();

function kernelModule(file: 'kernels.wasm' | 'kernels-shared.wasm'): WebAssembly.Module {
  const known = compiled.get(file);
  if (known !== undefined) return known;
  const module = new WebAssembly.Module(readFileSync(createRequire(import.meta.url).resolve(`trefoil-mpc/${file}`)));
  compiled.set(file, module);
  return module;
}

function pagesFor(bytes: number): number {
  const pages = Math.ceil(bytes / PAGE);
  if (pages > MAX_PAGES) {
    throw new TrefoilError(
      'TREFOIL_PLAN',
      `the tensors of this job need ${Math.ceil(bytes / 2 ** 20)} MiB, and one node can address 4096 MiB; use fewer records or features, or smaller batches`,
    );
  }
  return pages;
}

export class RingMemory {
  readonly kernels: Kernels;
  readonly #memory: WebAssembly.Memory;
  readonly #threads: ProductThreads | undefined;
  readonly #matmulPart: ProductPart;
  readonly #stream: number;
  /** The key that lies there. */
  #key: Uint8Array | undefined;
  #end: number;
  /** Up to here memory has been written to. */
  #settled = 0;

  /**
   * A memory with room for at least `bytes` bytes of allocations before it grows, and matrix products on `threads` threads, the
   * caller's among them. With more than one, views are of a `SharedArrayBuffer`, and `close` ends the others.
   */
  static create(bytes: number, threads = 1): RingMemory {
    return new RingMemory(bytes, threads);
  }

  private constructor(bytes: number, threads: number) {
    // Shared only where it has to be: JavaScript copies half as fast to and from shared memory.
    const shared = threads > 1;
    this.#memory = new WebAssembly.Memory({ initial: pagesFor(STATIC_BYTES + bytes), maximum: MAX_PAGES, shared });
    const module = kernelModule(shared ? 'kernels-shared.wasm' : 'kernels.wasm');
    const { exports } = new WebAssembly.Instance(module, { env: { memory: this.#memory } });
    const { dataEnd, matmulPart, ...kernels } = exports as unknown as Exports;
    this.#matmulPart = matmulPart;
    this.#end = align(dataEnd());
    this.kernels = kernels;
    this.#stream = this.allocate(KEY_BYTES + STREAM_SCRATCH_BYTES);
    if (!shared) return;
    const control = this.allocate(CONTROL_BYTES);
    const scratchBytes = kernels.matmulScratchBytes(LARGEST_SIDE, LARGEST_SIDE, LARGEST_SIDE);
    const scratches = Array.from({ length: threads - 1 }, () => this.allocate(scratchBytes));
    this.#threads = new ProductThreads(module, this.#memory, matmulPart, control, scratches);
    this.kernels = { ...kernels, ...parallelProducts(kernels, this.#threads) };
  }

  /** Ends the other threads. No product may follow. */
  async close(): Promise<void> {
    await this.#threads?.close();
  }

  /**
   * The address of `bytes` new bytes, aligned to 64 and zero. Growing the memory invalidates all views.
   * Throws `TREFOIL_PLAN` beyond 4 GiB.
   */
  allocate(bytes: number): number {
    const address = this.#end;
    const end = align(address + bytes);
    const pages = this.#memory.buffer.byteLength / PAGE;
    const missing = pagesFor(end) - pages;
    if (missing > 0) this.#memory.grow(Math.min(MAX_PAGES - pages, Math.max(missing, GROWTH_PAGES)));
    this.#end = end;
    return address;
  }

  /** A matrix product as the kernels compute it; a long one in slices. */
  multiply(product: ProductDescription, scratch: number): Slices {
    const { form, out, a, b, m, k, n, mode } = product;
    if (!isLong(product)) {
      this.kernels[form](out, a, b, m, k, n, mode, scratch);
      return DONE;
    }
    if (this.#threads === undefined) {
      return productInParts(this.#matmulPart, product, partition(m, k, n, 1), scratch);
    }
    return this.#threads.multiplying(product, partition(m, k, n, this.#threads.count), scratch);
  }

  /** Writes `bytes` bytes of the ChaCha20 stream under a 32-byte key, from block number `block` on, to an address. */
  expand(address: number, key: Uint8Array, block: bigint, bytes: number): void {
    // Many short pieces under one key follow each other. A key is never altered in place: another one is another array.
    if (key !== this.#key) this.u8(this.#stream, KEY_BYTES).set(key);
    this.#key = key;
    this.kernels.chacha20(address, this.#stream, block, bytes, this.#stream + KEY_BYTES);
  }

  /**
   * Asks the operating system for the memory behind what was allocated. It does so when a page is written first, and takes a second for a GiB:
   * longer than a kernel should take.
   */
  *settle(): Slices {
    if (this.#end - this.#settled < SETTLED_BYTES) return;
    for (; this.#settled < this.#end; this.#settled = Math.min(this.#end, this.#settled + SETTLED_BYTES)) {
      const bytes = this.u8(this.#settled, Math.min(SETTLED_BYTES, this.#end - this.#settled));
      for (let at = 0; at < bytes.length; at += SMALL_PAGE) bytes[at] ^= 0;
      yield;
    }
  }

  /** What `release` goes back to. */
  get end(): number {
    return this.#end;
  }

  /** Takes back, and clears, all that was allocated since the end was there. */
  *release(end: number): Slices {
    for (; this.#end > end; this.#end = Math.max(end, this.#end - SLICE_BYTES)) {
      const from = Math.max(end, this.#end - SLICE_BYTES);
      this.u8(from, this.#end - from).fill(0);
      yield;
    }
  }

  /** A view, like the three others: valid until an `allocate` that grows the memory. */
  u64(address: number, length: number): BigUint64Array {
    return new BigUint64Array(this.#memory.buffer, address, length);
  }

  u32(address: number, length: number): Uint32Array {
    return new Uint32Array(this.#memory.buffer, address, length);
  }

  f64(address: number, length: number): Float64Array {
    return new Float64Array(this.#memory.buffer, address, length);
  }

  u8(address: number, length: number): Uint8Array {
    return new Uint8Array(this.#memory.buffer, address, length);
  }
}

function align(address: number): number {
  return Math.ceil(address / ALIGNMENT) * ALIGNMENT;
}

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
import type { Kernels } from './kernels.ts';

const PAGE = 65_536;
const MAX_PAGES = 65_536;
const ALIGNMENT = 64;
/** Room for the static data of the kernels, and not less than `initialMemory` in their asconfig.json. */
const STATIC_BYTES = 2 * PAGE;

let compiled: WebAssembly.Module | undefined;

function kernelModule(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(readFileSync(createRequire(import.meta.url).resolve('trefoil-mpc/kernels.wasm')));
  return compiled;
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
  #end: number;

  /** A memory with room for at least `bytes` bytes of allocations before it grows. */
  static create(bytes: number): RingMemory {
    return new RingMemory(bytes);
  }

  private constructor(bytes: number) {
    this.#memory = new WebAssembly.Memory({ initial: pagesFor(STATIC_BYTES + bytes), maximum: MAX_PAGES });
    const { exports } = new WebAssembly.Instance(kernelModule(), { env: { memory: this.#memory } });
    const { dataEnd, ...kernels } = exports as unknown as Kernels & { dataEnd(): number };
    this.kernels = kernels;
    this.#end = align(dataEnd());
  }

  /**
   * The address of `bytes` new bytes, aligned to 64 and zero. Growing the memory invalidates all views.
   * Throws `TREFOIL_PLAN` beyond 4 GiB.
   */
  allocate(bytes: number): number {
    const address = this.#end;
    const end = align(address + bytes);
    const missing = pagesFor(end) - this.#memory.buffer.byteLength / PAGE;
    if (missing > 0) this.#memory.grow(missing);
    this.#end = end;
    return address;
  }

  /** What `release` goes back to. */
  get end(): number {
    return this.#end;
  }

  /** Takes back, and clears, all that was allocated since the end was there. */
  release(end: number): void {
    this.u8(end, this.#end - end).fill(0);
    this.#end = end;
  }

  /** A view, like the three others: valid until an `allocate` that grows the memory. */
  u64(address: number, length: number): BigUint64Array<ArrayBuffer> {
    return new BigUint64Array(this.#memory.buffer, address, length);
  }

  u32(address: number, length: number): Uint32Array<ArrayBuffer> {
    return new Uint32Array(this.#memory.buffer, address, length);
  }

  f64(address: number, length: number): Float64Array<ArrayBuffer> {
    return new Float64Array(this.#memory.buffer, address, length);
  }

  u8(address: number, length: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#memory.buffer, address, length);
  }
}

function align(address: number): number {
  return Math.ceil(address / ALIGNMENT) * ALIGNMENT;
}

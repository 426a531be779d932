/**
 * How the heap of a node's process grows.
 * @module
 */
import { setFlagsFromString } from 'node:v8';

/**
 * Lets the heap grow to five times what was alive at the last full collection before there is another. V8 counts buffers outside the heap too: the
 * messages of a large network would have it mark the whole heap in two steps of three, though they die young. It reads the flag at each full
 * collection, so it takes effect in a process that runs.
 */
export function collectSeldom(): void {
  setFlagsFromString('--heap-growing-percent=400');
}

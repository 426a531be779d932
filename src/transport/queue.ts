/**
 * First in, first out. What was taken is let go of at once, however long the queue is never empty.
 * @module
 */

/** Moving what is left to the front costs its length: so it is done when at least as much is gone. */
const MANY_TAKEN = 64;

export class Queue<T> {
  readonly #items: (T | undefined)[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  /** The oldest item, or none. */
  take(): T | undefined {
    if (this.length === 0) return undefined;
    const item = this.#items[this.#head];
    this.#items[this.#head] = undefined;
    this.#head += 1;
    if (this.length === 0) this.clear();
    else if (this.#head >= MANY_TAKEN && this.#head >= this.length) {
      this.#items.splice(0, this.#head);
      this.#head = 0;
    }
    return item;
  }

  clear(): void {
    this.#items.length = 0;
    this.#head = 0;
  }
}

/**
 * How far a node is with reading its files, for those who wait.
 * @module
 */

/** What is read sooner is not worth a word. */
const QUIET_MS = 1000;
const TELL_MS = 500;

/** Rows read so far, and rows of this node in all. */
export type OnLoading = (done: number, of: number) => void;

/** Adds up the rows of several files, and tells from time to time. */
export class Loading {
  readonly #rows: number;
  readonly #tell: OnLoading;
  readonly #done = new Map<string, number>();
  #next = performance.now() + QUIET_MS;
  #hasTold = false;

  constructor(rows: number, tell: OnLoading) {
    this.#rows = rows;
    this.#tell = tell;
  }

  /** So many rows of a file have been read. */
  advance(file: string, rows: number): void {
    this.#done.set(file, rows);
    const now = performance.now();
    const done = Math.min(
      this.#rows,
      [...this.#done.values()].reduce((sum, each) => sum + each, 0),
    );
    const isOver = done === this.#rows && this.#hasTold;
    if (now < this.#next && !isOver) return;
    this.#next = now + TELL_MS;
    this.#hasTold = true;
    this.#tell(done, this.#rows);
  }
}

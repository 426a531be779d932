/**
 * The problems of a data file: as many as help are listed, the others counted.
 * @module
 */

const LISTED = 20;

export class Problems {
  readonly #listed: string[] = [];
  #found = 0;

  /** A problem never contains a value of the data. */
  add(problem: string): void {
    this.#found++;
    if (this.#listed.length < LISTED) this.#listed.push(problem);
  }

  list(): readonly string[] {
    const more = this.#found - this.#listed.length;
    return more === 0 ? this.#listed : [...this.#listed, `… and ${more} more`];
  }
}

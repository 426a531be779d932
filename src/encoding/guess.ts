/**
 * How a column of a table would be declared, from its cells.
 * @module
 */
import { isMissing } from '../data/cell-fault.ts';
import type { Guess } from './feature-kind.ts';
import { FEATURE_KINDS } from './kinds/index.ts';

/** A column as it was seen. */
export interface GuessedColumn {
  readonly name: string;
  /** Nothing where no kind fits. */
  readonly guess: Guess | undefined;
  /** Cells without a value. */
  readonly missing: number;
  /** Texts that stood for no value, beside the empty one. */
  readonly missingTexts: readonly string[];
}

/** Cells of one column, one after another. */
export class ColumnGuess {
  readonly #name: string;
  readonly #guessers = Object.values(FEATURE_KINDS).flatMap((kind) => (kind.isRead ? [kind.guesser()] : []));
  readonly #texts = new Set<string>();
  #missing = 0;

  constructor(name: string) {
    this.#name = name;
  }

  /** `cell` is trimmed. */
  add(cell: string): void {
    if (!isMissing(cell)) {
      for (const guesser of this.#guessers) guesser.add(cell);
      return;
    }
    this.#missing++;
    if (cell !== '') this.#texts.add(cell);
  }

  column(): GuessedColumn {
    const guesses = this.#guessers.flatMap((guesser) => guesser.guess() ?? []).sort((a, b) => b.fit - a.fit);
    return { name: this.#name, guess: guesses[0], missing: this.#missing, missingTexts: [...this.#texts] };
  }
}

/**
 * Which rows the parties have in common, without showing each other any identifier.
 * @module
 */
import { rowsOfAllThree } from './all-three.ts';
import { rowsOfPairs } from './pairs.ts';
import { pointsRaised } from './quote.ts';
import { Alignment, type AlignmentSetting, type Sizes } from './setting.ts';

/** The rows that all three parties have. */
export interface CommonRows {
  /** Own rows, from 0, in an order that is the same at all parties and that shows nothing of an identifier. */
  readonly rows: Uint32Array;
  /** How many identifiers each party has. */
  readonly sizes: Sizes;
}

/** The rows that each two parties share. */
export interface SharedRows {
  /** For each other party, the own rows, from 0, that it has too, in an order that is the same at both. */
  readonly shared: ReadonlyMap<string, Uint32Array>;
  readonly sizes: Sizes;
}

/**
 * Finds the rows that all three parties have; all of them call it together. `identifiers`: one for each own row, no two alike.
 *
 * Takes 5n₁ + 4n₂ + 4n₃ products on Curve25519 at all parties together, or 5n₁ + n₂ + n₃ against one curious party; `alignmentQuote` says the bytes. A party
 * learns which of its own rows all three have, and the sizes, and nothing else where all follow the protocol.
 *
 * Throws `TREFOIL_DATA` for identifiers that are alike, `TREFOIL_PEER` for a peer that breaks the protocol, and what the links throw.
 */
export async function alignRecords(setting: AlignmentSetting, identifiers: readonly Uint8Array[]): Promise<CommonRows> {
  const alignment = new Alignment(setting, identifiers);
  const sizes = await alignment.exchangeSizes();
  alignment.worker.expect(pointsRaised(setting.parties, sizes, 'all', setting.colluding)[setting.self]);
  return { rows: await rowsOfAllThree(alignment), sizes };
}

/** Finds the rows that each two parties share; all three call it together. A party learns which of its own rows each other party has, and the sizes. */
export async function sharedRecords(
  setting: AlignmentSetting,
  identifiers: readonly Uint8Array[],
): Promise<SharedRows> {
  const alignment = new Alignment(setting, identifiers);
  const sizes = await alignment.exchangeSizes();
  alignment.worker.expect(pointsRaised(setting.parties, sizes, 'pairs')[setting.self]);
  return { shared: await rowsOfPairs(alignment), sizes };
}

/**
 * The own rows that count where each record counts once: those that no party before this one in `keepers` has too. `keepers`: all parties, the one
 * that keeps a shared row first.
 */
export function countedOnce(
  rows: number,
  self: string,
  shared: ReadonlyMap<string, Uint32Array>,
  keepers: readonly string[],
): Uint32Array {
  const isElsewhere = new Uint8Array(rows);
  for (const keeper of keepers.slice(0, keepers.indexOf(self))) {
    for (const row of shared.get(keeper) ?? []) isElsewhere[row] = 1;
  }
  return Uint32Array.from(isElsewhere.keys()).filter((row) => isElsewhere[row] === 0);
}

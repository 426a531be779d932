/**
 * Writes down which of its own rows a party has in common with others: lists of row numbers, in a folder of the alignment, for its owner alone.
 * @module
 */
import { join } from 'node:path';
import { TrefoilError } from '../../errors.ts';
import { unwritable } from '../../file-problem.ts';
import { writeKeeping } from '../node/output-file.ts';
import { makeRunFolder, runName } from '../node/run-folder.ts';
import type { AlignedKind, OwnRows } from './run-alignment.ts';

/** The files that were written, in the order of the kinds of rows. */
export function keepAlignment(places: readonly string[], job: string, kinds: readonly AlignedKind[]): string[] {
  const name = runName({ job: `${job}-alignment`, started: new Date() });
  const files = kinds.flatMap(filesOf);
  const problems: string[] = [];
  for (const place of places) {
    try {
      const folder = join(place, makeRunFolder(place, name));
      return files.map(([file, text]) => {
        const path = join(folder, file);
        writeKeeping('list of rows', path, text);
        return path;
      });
    } catch (error) {
      problems.push(unwritable('TREFOIL_OUTPUT', 'list of rows', place, error).message);
    }
  }
  throw new TrefoilError('TREFOIL_OUTPUT', 'the aligned rows could not be written:', { problems });
}

/** Files by their names. */
function filesOf({ kind, common, shared }: AlignedKind): (readonly [name: string, text: Iterable<string>])[] {
  if (shared === undefined) return common === undefined ? [] : [[`${kind}-aligned.csv`, listOf(common)]];
  return [
    ...[...shared.with].map(([peer, rows]) => [`${kind}-shared-with-${peer}.csv`, listOf(rows)] as const),
    [`${kind}-counted.csv`, listOf(shared.counted)],
  ];
}

/** `row` counts from 1, `place` is a line of the file where it has lines. */
function* listOf({ rows, places }: OwnRows): Generator<string> {
  yield 'row,place\n';
  for (let i = 0; i < rows.length; i++) yield `${rows[i] + 1},${places[i]}\n`;
}

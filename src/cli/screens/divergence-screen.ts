/**
 * Where fixed point and float64 part, as a short table; all of it is in the JSON report.
 * @module
 */
import type { DivergenceReport } from '../../job/rehearsal/twin.ts';
import { plainTable } from './text-table.ts';

/** Steps that have a column. */
const COLUMNS = 4;

export function printDivergence({ steps, ofSteps, fractionalBits, values }: DivergenceReport): void {
  const shown = values[0].differences.map(({ step }) => step);
  const count = Math.min(COLUMNS, shown.length);
  const columns = Array.from({ length: count }, (_, i) =>
    Math.round((i * (shown.length - 1)) / Math.max(1, count - 1)),
  );
  const rows = values.map(({ name, diverged, crossed, differences }) => [
    name,
    ...columns.map((at) => `${short(differences[at].largest)} (${short(differences[at].rootMeanSquare)})`),
    crossed !== undefined
      ? `another sign in step ${crossed}`
      : diverged !== undefined
        ? `parts in step ${diverged}`
        : '',
  ]);
  const some = steps === ofSteps ? '' : `, in the first ${steps} of ${ofSteps} steps`;
  console.log(
    `\n  fixed point against float64, both in the clear${some}: largest difference (root mean square), in 2^-${fractionalBits}`,
  );
  console.log(plainTable(['after step', ...columns.map((at) => `${shown[at]}`), ''], rows));
}

const short = (units: number) => (units >= 10 ? units.toFixed(0) : units.toPrecision(2));

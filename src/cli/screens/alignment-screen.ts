/**
 * What an alignment found, in words: sizes alone, never a row of anybody.
 * @module
 */
import type { AlignedKind, AlignmentOutcome } from '../../job/alignment/run-alignment.ts';

const MEBIBYTE = 2 ** 20;

/** Lines about one party's result. */
export function alignmentLines({ kinds, bytes, seconds }: AlignmentOutcome): string[] {
  const mebibytes = (count: number) => (count / MEBIBYTE).toFixed(1);
  return [
    ...kinds.flatMap(kindLines),
    `${seconds.toFixed(1)} s, ${mebibytes(bytes.sent)} MiB sent, ${mebibytes(bytes.received)} MiB received`,
  ];
}

function kindLines({ kind, sizes, common, shared, left }: AlignedKind): string[] {
  const all = Object.entries(sizes).map(([name, size]) => `${name} ${size}`);
  const lines = [`${kind} rows with keys: ${all.join(', ')}`];
  if (left.missing > 0) lines.push(`  ${left.missing} rows here are left out: a key is missing`);
  if (left.incomplete > 0)
    lines.push(`  ${left.incomplete} rows here are left out: a feature with missing: drop has no value`);
  if (left.duplicates > 0)
    lines.push(`  ${left.duplicates} rows here are left out: their keys stand in another row too`);
  if (common !== undefined) lines.push(`  all three have ${common.rows.length}`);
  if (shared !== undefined) {
    for (const [peer, { rows }] of shared.with) lines.push(`  ${peer} has ${rows.length} of those here too`);
    lines.push(`  ${shared.counted.rows.length} count here, each once in all`);
  }
  return lines;
}

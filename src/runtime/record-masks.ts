/**
 * Masks of records, read again from their streams for the rows that are needed.
 *
 * The mask of an evaluator's element is its stream's, known to it and the dealer; of a dealer's element every evaluator's stream holds a share. So does
 * it of the elements of an owner that runs no node: each evaluator masks its share of them, and the masks add up like the shares.
 * @module
 */
import { invariant } from '../errors.ts';
import type { AddMasks, RecordMaskOptions } from '../operations/execution.ts';
import { type ColumnRange, recordStride, type ValueId } from '../operations/value.ts';
import type { Plan } from '../plan/plan.ts';
import { type Rectangle, recordStream, rectanglesOf } from '../plan/records.ts';
import type { ByteStream, Streams } from '../prg/stream.ts';
import { enteredBy } from '../trust/roles.ts';
import type { Workspace } from './workspace.ts';

interface Source {
  readonly stream: ByteStream;
  readonly masked: MaskedColumns;
}

/** Which columns of a row have a mask from one stream. Few rows differ in that. */
interface MaskedColumns {
  readonly patterns: readonly (readonly ColumnRange[])[];
  /** For each row of the set, the number of its pattern. */
  readonly ofRow: Uint8Array;
}

/** Patterns of columns that rows of a set can have. */
const MOST_PATTERNS = 256;

export class RecordMasks {
  readonly #plan: Plan;
  readonly #workspace: Workspace;
  readonly #sources = new Map<ValueId, readonly Source[]>();

  constructor(plan: Plan, self: string, shared: ReadonlyMap<string, Streams>, workspace: Workspace) {
    this.#plan = plan;
    this.#workspace = workspace;
    const { dealer, evaluators } = plan.roles;
    for (const { value, parts } of plan.state) {
      if (parts === undefined) continue;
      const { rows, cols } = plan.values[value];
      const rectangles = rectanglesOf(parts, cols);
      const sources = (self === dealer ? evaluators : [self]).map((evaluator) => {
        const streams = shared.get(self === dealer ? evaluator : dealer);
        invariant(streams !== undefined, 'the dealer shares streams with every evaluator');
        const owned = rectangles.filter(
          ({ owner }) => owner === dealer || enteredBy(plan.roles, owner).includes(evaluator),
        );
        return { stream: streams.stream(recordStream(value)), masked: maskedColumns(owned, rows) };
      });
      this.#sources.set(value, sources);
    }
  }

  /** Adds masks of rows of a set; at each address lie rows of the columns asked for. */
  adder(records: ValueId, { signs, columns }: RecordMaskOptions = {}): AddMasks {
    const { memory, machine } = this.#workspace;
    const { kernels } = machine;
    const { cols } = this.#plan.values[records];
    const window = columns ?? { first: 0, count: cols };
    const stride = recordStride({ cols });
    const room = memory.allocate(stride);
    const all = this.#sources.get(records);
    invariant(all !== undefined, `value ${records} is a set of records`);
    const sources = all.map(({ stream, masked: { patterns, ofRow } }) => ({
      stream,
      ofRow,
      patterns: patterns.map((runs) => runs.flatMap((run) => within(run, window))),
    }));
    const end = 8 * (window.first + window.count);
    return (rows, to) => {
      for (const [source, { stream, ofRow, patterns }] of sources.entries()) {
        for (let i = 0; i < rows.length; i++) {
          const runs = patterns[ofRow[rows[i]]];
          if (runs.length === 0) continue;
          stream.fill(memory, room, rows[i] * stride, end);
          for (let target = 0; target < to.length; target++) {
            const sign = signs === undefined ? 1 : signs[target][source];
            if (sign === 0) continue;
            const row = to[target] + 8 * window.count * i;
            for (const { first, count } of runs) {
              const [at, mask] = [row + 8 * (first - window.first), room + 8 * first];
              if (sign > 0) kernels.add(at, at, mask, count);
              else kernels.sub(at, at, mask, count);
            }
          }
        }
      }
    };
  }
}

/** The columns of a range that lie in another one. */
function within({ first, count }: ColumnRange, window: ColumnRange): ColumnRange[] {
  const from = Math.max(first, window.first);
  const to = Math.min(first + count, window.first + window.count);
  return from < to ? [{ first: from, count: to - from }] : [];
}

/** Rows between two edges of rectangles are alike. */
function maskedColumns(rectangles: readonly Rectangle[], rows: number): MaskedColumns {
  const ofRow = new Uint8Array(rows);
  const patterns: ColumnRange[][] = [[]];
  const numbers = new Map([['', 0]]);
  const edges = rectangles.flatMap(({ firstRow, rows }) => [firstRow, firstRow + rows]);
  const starts = [...new Set(edges)].sort((a, b) => a - b);
  starts.forEach((start, i) => {
    const runs = joinedRuns(rectangles.filter((each) => each.firstRow <= start && start < each.firstRow + each.rows));
    const key = runs.map(({ first, count }) => `${first}+${count}`).join();
    const number = numbers.get(key) ?? patterns.push(runs) - 1;
    invariant(number < MOST_PATTERNS, `rows of a set have at most ${MOST_PATTERNS} patterns of columns`);
    numbers.set(key, number);
    ofRow.fill(number, start, starts[i + 1] ?? start);
  });
  return { patterns, ofRow };
}

/** Columns of rectangles of one row; those that touch are one range. */
function joinedRuns(rectangles: readonly Rectangle[]): ColumnRange[] {
  const runs: { first: number; count: number }[] = [];
  for (const { columns } of [...rectangles].sort((a, b) => a.columns.first - b.columns.first)) {
    const last = runs.at(-1);
    if (last !== undefined && last.first + last.count === columns.first) last.count += columns.count;
    else runs.push({ ...columns });
  }
  return runs.filter(({ count }) => count > 0);
}

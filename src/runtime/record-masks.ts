/**
 * Masks of records, read again from their streams for the rows that are needed.
 *
 * The mask of an evaluator's row is its stream's, known to it and the dealer; of a dealer's row every evaluator's stream holds a share.
 * @module
 */
import { invariant } from '../errors.ts';
import type { AddMasks } from '../operations/execution.ts';
import { recordStride, type ValueId } from '../operations/value.ts';
import type { Plan } from '../plan/plan.ts';
import { recordStream } from '../plan/records.ts';
import type { ByteStream, Streams } from '../prg/stream.ts';
import type { Workspace } from './workspace.ts';

interface Source {
  readonly stream: ByteStream;
  /** For each row of the set, 1 where it has a mask from here. */
  readonly isMasked: Uint8Array;
}

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
      const sources = (self === dealer ? evaluators : [self]).map((evaluator) => {
        const streams = shared.get(self === dealer ? evaluator : dealer);
        invariant(streams !== undefined, 'the dealer shares streams with every evaluator');
        const isMasked = new Uint8Array(plan.values[value].rows);
        let from = 0;
        for (const { owner, rows } of parts) {
          isMasked.fill(owner === evaluator || owner === dealer ? 1 : 0, from, from + rows);
          from += rows;
        }
        return { stream: streams.stream(recordStream(value)), isMasked };
      });
      this.#sources.set(value, sources);
    }
  }

  /** For rows of a set; `signs`: for each address the factors, 1, 0 or −1, of what comes from each evaluator. */
  adder(records: ValueId, signs?: readonly (readonly number[])[]): AddMasks {
    const { memory, machine } = this.#workspace;
    const { kernels } = machine;
    const { cols } = this.#plan.values[records];
    const stride = recordStride({ cols });
    const room = memory.allocate(stride);
    const sources = this.#sources.get(records);
    invariant(sources !== undefined, `value ${records} is a set of records`);
    return (rows, to) => {
      for (const [source, { stream, isMasked }] of sources.entries()) {
        for (let i = 0; i < rows.length; i++) {
          if (isMasked[rows[i]] === 0) continue;
          stream.fill(memory, room, rows[i] * stride, 8 * cols);
          for (let target = 0; target < to.length; target++) {
            const sign = signs === undefined ? 1 : signs[target][source];
            const row = to[target] + 8 * cols * i;
            if (sign > 0) kernels.add(row, row, room, cols);
            else if (sign < 0) kernels.sub(row, row, room, cols);
          }
        }
      }
    };
  }
}

/**
 * Masks of records, read again from their streams for the rows that are needed.
 *
 * The mask of an evaluator's row is its stream's, known to it and the dealer; of a dealer's row every evaluator's stream holds a share.
 * @module
 */
import { invariant } from '../errors.ts';
import type { Plan, ValueId } from '../plan/plan.ts';
import { recordStream, recordStride } from '../plan/records.ts';
import type { ByteStream, Streams } from '../prg/stream.ts';
import type { Workspace } from './workspace.ts';

/** Adds what this node knows of the masks of `rows` to the values at each address of `to`. */
export type AddMasks = (rows: Uint32Array, to: readonly number[]) => void;

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

  /** For up to `count` rows of a set at a time; `signs`: for each address the factors, 1, 0 or −1, of what comes from each evaluator. */
  adder(records: ValueId, count: number, signs?: readonly (readonly number[])[]): AddMasks {
    const { memory, machine } = this.#workspace;
    const { kernels } = machine;
    const { cols } = this.#plan.values[records];
    const stride = recordStride({ cols });
    const room = memory.allocate(count * stride);
    const [positions, places] = [new Float64Array(count), new Uint32Array(count)];
    const sources = this.#sources.get(records);
    invariant(sources !== undefined, `value ${records} is a set of records`);
    return (rows, to) => {
      for (const [source, { stream, isMasked }] of sources.entries()) {
        let found = 0;
        for (let i = 0; i < rows.length; i++) {
          if (isMasked[rows[i]] === 0) continue;
          positions[found] = rows[i] * stride;
          places[found] = i;
          found++;
        }
        if (found === 0) continue;
        memory.u8(room, found * stride).set(stream.readEach(positions.subarray(0, found), stride));
        to.forEach((at, target) => {
          const sign = signs === undefined ? 1 : signs[target][source];
          for (let k = 0; k < found && sign !== 0; k++) {
            const row = at + 8 * cols * places[k];
            if (sign > 0) kernels.add(row, row, room + k * stride, cols);
            else kernels.sub(row, row, room + k * stride, cols);
          }
        });
      }
    };
  }
}

/**
 * The owner's numbers enter. All inputs of an owner in a phase are one message to every evaluator.
 * @module
 */
import { inputMaterial } from '../protocol/input.ts';
import { spreadOwned, spreadSeeded } from '../protocol/spread.ts';
import { roomFor } from './dealer-masks.ts';
import type { Entering } from './effects.ts';
import { nothing } from './execution.ts';
import { NOTHING } from './masks.ts';
import { dealtLocally, type Operation, type Setting } from './operation.ts';
import { sizeOf, type Value, type ValueId } from './value.ts';

export interface InputOp {
  readonly op: 'input';
  readonly out: ValueId;
  readonly owner: string;
  readonly name: string;
}

/** Which of the evaluators is the owner, from 0; −1 where the dealer is. */
const holderOf = ({ owner }: InputOp, { roles }: Pick<Setting, 'roles'>): number => roles.evaluators.indexOf(owner);

const enters = ({ owner, name, out }: InputOp, values: readonly Value[]): Entering => ({
  ...{ owner, name, into: out, rows: values[out].rows },
  ...{ first: 0, advance: 0, columns: { first: 0, count: values[out].cols }, isRecords: false },
});

export const input: Operation<InputOp> = {
  reads: () => [],
  needs: NOTHING,
  cost: ({ owner, out }, { values, roles }) => dealtLocally(inputMaterial(owner === roles.dealer, sizeOf(values[out]))),
  enters,
  isFresh: true,
  dealing(op, { setting, isSpread }) {
    const holder = holderOf(op, setting);
    if (holder >= 0) return { temporary: [], expanded: [[holder]], keepsExpanded: true };
    return { temporary: [], expanded: isSpread ? [setting.roles.evaluators.map((_, j) => j)] : [] };
  },
  // What owners enter is in place before the phase begins.
  evaluate: () => [nothing],
  /** An owner's mask: of an evaluator, which expands it alone, or of the dealer, of which every evaluator expands a share. */
  deal(op, places, context) {
    const { machine, slots } = context;
    const [{ whole, expanded }] = places.items;
    const count = sizeOf(context.values[op.out]);
    const holder = holderOf(op, context);
    const { spread } = roomFor(op.out, places, context, holder < 0 ? whole : expanded[0]);
    if (spread === undefined) return nothing;
    const mask = slots.whole(op.out);
    return holder < 0
      ? () => spreadSeeded(machine, expanded, spread, count)
      : () => spreadOwned(machine, mask, holder, spread, count);
  },
  clear: (op, context) => context.entered(enters(op, context.values)),
  describe: ({ owner }) => ({ detail: ` of ${owner}` }),
};

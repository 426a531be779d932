/**
 * An output, freshly opened: to these parties and nobody else.
 * @module
 */

import type { Output } from './effects.ts';
import { nothing } from './execution.ts';
import { ALL } from './masks.ts';
import type { Operation } from './operation.ts';

export interface RevealOp extends Output {
  readonly op: 'reveal';
}

export const reveal: Operation<RevealOp> = {
  reads: ({ of }) => [of],
  needs: ALL,
  reveals: (op) => op,
  about: ({ of }) => of,
  readsUntil: 'end',
  // Sent when the phase ends.
  evaluate: () => [nothing],
  deal: () => nothing,
  clear(op, context) {
    context.reveal(op.name, asRevealed(op, context.of(op.of).slice()));
    return undefined;
  },
  describe: ({ name, to }) => ({ to: ` as ‘${name}’ to ${to.join(', ')}` }),
};

/** The numbers of an output as every recipient takes them. A loss is never below 0, so what comes out lower is closer to the truth as 0. */
export function asRevealed({ loss }: Pick<Output, 'loss'>, numbers: Float64Array): Float64Array {
  return loss === undefined ? numbers : numbers.map((number) => Math.max(0, number));
}

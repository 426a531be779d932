/**
 * `trefoil plan JOB --operations`: every operation with what it sends.
 * @module
 */
import { declared, inputsOf, type Op } from '../../operations/table.ts';
import type { Plan } from '../../plan/plan.ts';
import { operationBytes } from '../../plan/quote/operation-bytes.ts';

export function printOperations(plan: Plan): void {
  console.log(
    '\noperations, by phase: the round in which each starts, from 0; bytes that an evaluator sends each other one;',
  );
  console.log('bytes of correction, which a product marked * leaves to the mask of what opens it');
  for (const { name, ops } of plan.phases) {
    console.log(`  ${name}`);
    for (const { op, round } of ops) {
      const { opened, correction } = operationBytes(op, plan);
      console.log(`${`${round}`.padStart(6)}${bytes(opened)}${bytes(correction)}  ${describe(op, plan)}`);
    }
  }
}

const bytes = (count: number) => (count === 0 ? '–' : `${count}`).padStart(9);

function describe(op: Op, { values }: Plan): string {
  const text = (id: number) => {
    const { name, kind, rows, cols, fractionalBits } = values[id];
    return `%${id}${name === undefined ? '' : ` ‘${name}’`} ${kind} ${rows}×${cols}·2^-${fractionalBits}`;
  };
  const sources = inputsOf(op)
    .map((id) => `%${id}`)
    .join(', ');
  const { detail = '', to = '' } = declared(op).describe?.(op) ?? {};
  const result = 'out' in op ? ` → ${text(op.out)}` : '';
  return `${op.op}${detail}${sources === '' ? '' : ` ${sources}`}${to}${result}`;
}

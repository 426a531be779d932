/**
 * `trefoil plan JOB --operations`: every operation with what it sends.
 * @module
 */
import { operationBytes } from '../plan/operation-bytes.ts';
import { inputsOf, type Op, type Plan } from '../plan/plan.ts';

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
  const to = op.op === 'reveal' ? ` as ‘${op.name}’ to ${op.to.join(', ')}` : '';
  const from = op.op === 'input' ? ` of ${op.owner}` : '';
  return `${op.op}${detail(op)}${from}${sources === '' ? '' : ` ${sources}`}${to}${'out' in op ? ` → ${text(op.out)}` : ''}`;
}

function detail(op: Op): string {
  switch (op.op) {
    case 'product':
      return `${op.corrected ? '' : '*'} ${op.form}`;
    case 'truncate':
      return ` by ${op.bits} bits`;
    case 'maskDigits':
      return ` of bits ${op.window.low} to ${op.window.high}`;
    default:
      return '';
  }
}

/**
 * `trefoil plan JOB`: what a job will do, send and reveal, before anything runs.
 * @module
 */

import type { Job } from '../job/schema.ts';
import { planCost } from '../plan/cost.ts';
import { planDigest } from '../plan/digest.ts';
import { openingsOf } from '../plan/openings.ts';
import { inputsOf, type Op, type Plan } from '../plan/plan.ts';
import { formatBytes, plainTable } from './report-screen.ts';

/** Round trips for which the time of a run is estimated, in milliseconds. */
const NETWORKS = [
  { name: 'one machine', roundMs: 0.2, megabytesPerSecond: 300 },
  { name: 'a LAN (0.5 ms)', roundMs: 0.7, megabytesPerSecond: 100 },
  { name: 'a WAN (40 ms, 100 Mbit/s)', roundMs: 40, megabytesPerSecond: 12 },
] as const;

export function planJson(job: Job, plan: Plan): object {
  return { job: job.name, digest: planDigest(plan), cost: planCost(plan), openings: openingsOf(plan), plan };
}

export function printPlan(job: Job, plan: Plan): void {
  const cost = planCost(plan);
  const { roles, training } = plan;
  console.log(`${job.name}: trust mode ${roles.trust}`);
  console.log(`  dealer of correlated randomness: ${roles.dealer}; evaluators: ${roles.evaluators.join(', ')}`);
  console.log(
    `  ${training.epochs} epochs of ${training.stepsPerEpoch} steps, batches of ${training.batch} of ${training.rows} rows`,
  );
  console.log(`  largest value: ${plan.headroomBits.toFixed(1)} of 62 bits\n`);

  const merged = new Map<
    string,
    { repeat: number; rounds: number; opened: number; corrections: number; words: number }
  >();
  for (const { name, repeat, rounds, traffic, materialWords } of cost.phases) {
    const bytesOf = (kind: string) => {
      const [first] = traffic.filter((each) => each.kind === kind);
      const from = traffic.filter((each) => each.kind === kind && each.from === first?.from);
      return from.reduce((sum, { bytes }) => sum + bytes, 0);
    };
    const before = merged.get(name)?.repeat ?? 0;
    merged.set(name, {
      repeat: before + repeat,
      rounds,
      opened: bytesOf('opening'),
      corrections: bytesOf('correction'),
      words: materialWords,
    });
  }
  console.log(
    plainTable(
      ['phase', 'times', 'rounds', 'opened by each evaluator', 'corrections', 'correlated randomness'],
      [...merged].map(([name, { repeat, rounds, opened, corrections, words }]) => [
        name,
        `${repeat}`,
        `${rounds}`,
        formatBytes(opened),
        formatBytes(corrections),
        formatBytes(8 * words),
      ]),
    ),
  );
  console.log(`\n  ${cost.rounds} rounds in all\n`);
  console.log(
    plainTable(
      ['sends in all', 'opened', 'inputs', 'outputs', 'corrections', 'total', 'memory for tensors'],
      Object.entries(cost.bytes).map(([node, { opening, input, output, correction }]) => [
        node,
        ...[opening, input, output, correction, opening + input + output + correction, cost.memory[node]].map(
          formatBytes,
        ),
      ]),
    ),
  );
  const most = Math.max(
    ...Object.values(cost.bytes).map((bytes) => Object.values(bytes).reduce((sum, b) => sum + b, 0)),
  );
  console.log('\nabout how long, by rounds and bytes alone:');
  for (const { name, roundMs, megabytesPerSecond } of NETWORKS) {
    const seconds = (cost.rounds * roundMs) / 1000 + most / (megabytesPerSecond * 1e6);
    console.log(`  ${name}: ${seconds < 90 ? `${seconds.toFixed(1)} s` : `${(seconds / 60).toFixed(1)} min`}`);
  }
  console.log('\nwhat leaves the computation, and who learns it:');
  for (const { what, to, numbers, times } of openingsOf(plan)) {
    console.log(
      `  ${what}${numbers > 1 ? ` (${numbers} numbers)` : ''}${times > 1 ? `, ${times} times` : ''}: ${to.join(', ')}`,
    );
  }
  console.log('\noperations, by phase, with the round in which each starts:');
  for (const { name, ops, openingRounds } of plan.phases) {
    console.log(`  ${name} (${openingRounds} opening rounds)`);
    for (const { op, round } of ops) console.log(`    ${String(round).padStart(2)}  ${describe(op, plan)}`);
  }
  console.log(`\nplan ${planDigest(plan)}`);
}

function describe(op: Op, { values }: Plan): string {
  const text = (id: number) => {
    const { name, kind, rows, cols, fractionalBits } = values[id];
    return `%${id}${name === undefined ? '' : ` ‘${name}’`} ${kind} ${rows}×${cols}·2^-${fractionalBits}`;
  };
  const sources = inputsOf(op)
    .map((id) => `%${id}`)
    .join(', ');
  const detail = 'form' in op ? ` ${op.form}` : 'bits' in op && op.op === 'truncate' ? ` by ${op.bits} bits` : '';
  const to = op.op === 'reveal' ? ` as ‘${op.name}’ to ${op.to.join(', ')}` : '';
  const from = op.op === 'input' ? ` of ${op.owner}` : '';
  return `${op.op}${detail}${from}${sources === '' ? '' : ` ${sources}`}${to}${'out' in op ? ` → ${text(op.out)}` : ''}`;
}

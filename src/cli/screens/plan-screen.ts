/**
 * `trefoil plan JOB`: what a job will do, send and reveal, before anything runs.
 * @module
 */

import { plannedAlignment } from '../../job/alignment/alignment-cost.ts';
import type { Job } from '../../job/file/job.ts';
import type { PlannedJob } from '../../job/file/planned-job.ts';
import { jobMemory } from '../../job/node/job-memory.ts';
import { NETWORKS, quoteJob, secondsOn } from '../../job/report/quote.ts';
import { fewestTrained } from '../../plan/folds.ts';
import type { Plan } from '../../plan/plan.ts';
import { planCost } from '../../plan/quote/cost.ts';
import { openingLines, termLines } from './openings-screen.ts';
import { printOperations } from './operations-screen.ts';
import { resolutionLines } from './resolution-screen.ts';
import { formatBytes, plainTable } from './text-table.ts';

type Cost = ReturnType<typeof planCost>;
type PhaseCost = Cost['phases'][number];

const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);

export function planJson(planned: PlannedJob): object {
  const { job, plan, digests } = planned;
  const cost = planCost(plan);
  const { openings, resolved, alignment } = quoteJob(planned);
  return {
    job: job.name,
    digest: digests.plan,
    cost: { ...cost, processMemory: jobMemory(job, plan, cost) },
    ...(alignment === undefined ? {} : { alignment }),
    openings,
    resolved,
    plan,
  };
}

export function printPlan({ job, plan, digests }: PlannedJob, withOperations: boolean): void {
  const cost = planCost(plan);
  const { roles, training } = plan;
  const { epochs, stepsPerEpoch, batch, rows, folds } = training;
  console.log(`${job.name}: trust mode ${roles.trust}`);
  console.log(`  dealer of correlated randomness: ${roles.dealer}; evaluators: ${roles.evaluators.join(', ')}`);
  const foldLine = folds === undefined ? '' : `${folds.count} folds, for each of which the model begins anew: `;
  const of = folds === undefined ? `${rows}` : `${fewestTrained(rows, folds)} or more of ${rows}`;
  console.log(`  ${foldLine}${epochs} epochs of ${stepsPerEpoch} steps, batches of ${batch} of ${of} rows`);
  for (const line of termLines(job, plan)) console.log(`  ${line}`);
  console.log(`  largest value: ${plan.headroomBits.toFixed(1)} of 62 bits\n`);
  printPhases(cost);
  printTraffic(cost, jobMemory(job, plan, cost));
  printAlignment(job);
  printTime(cost);
  printOpenings(job, plan);
  printResolution(job, plan);
  if (withOperations) printOperations(plan);
  else console.log('\n--operations lists every operation, --json gives the whole plan');
  console.log(`\nplan ${digests.plan}`);
}

function printResolution(job: Job, plan: Plan): void {
  const lines = resolutionLines(job, plan);
  if (lines.length === 0) return;
  console.log('\nwhat is resolved, below which a number is rounding:');
  for (const line of lines) console.log(`  ${line}`);
}

function printPhases({ phases, rounds }: Cost): void {
  // A phase that runs several times, perhaps with others in between, is one line.
  const times = new Map<string, number>();
  for (const { name, repeat } of phases) times.set(name, (times.get(name) ?? 0) + repeat);
  const once = [...new Map(phases.map((phase) => [phase.name, phase])).values()];
  const head = ['phase', 'times', 'rounds', 'opened by each evaluator', 'corrections', 'correlated randomness'];
  const lines = once.map((phase) => [
    phase.name,
    `${times.get(phase.name)}`,
    `${phase.rounds}`,
    ...[sentByFirst(phase, 'opening'), sentByFirst(phase, 'correction'), 8 * phase.materialWords].map(formatBytes),
  ]);
  console.log(plainTable(head, lines));
  console.log(`\n  ${rounds} rounds in all\n`);
}

/** All evaluators open the same number of bytes, and one node sends corrections. */
function sentByFirst({ traffic }: PhaseCost, kind: string): number {
  const ofKind = traffic.filter((each) => each.kind === kind);
  return sum(ofKind.filter(({ from }) => from === ofKind[0].from).map(({ bytes }) => bytes));
}

function printTraffic({ bytes, memory }: Cost, processes: Readonly<Record<string, number>>): void {
  const head = [
    'sends in all',
    'opened',
    'inputs',
    'outputs',
    'corrections',
    'total',
    'memory for tensors',
    'of the process',
  ];
  const lines = Object.entries(bytes).map(([node, { opening, input, output, correction }]) => [
    node,
    ...[opening, input, output, correction, opening + input + output + correction].map(formatBytes),
    ...[memory[node], processes[node]].map(formatBytes),
  ]);
  console.log(plainTable(head, lines));
}

/** What comes before the run, at the most. */
function printAlignment(job: Job): void {
  const alignment = plannedAlignment(job);
  if (alignment === undefined) return;
  const { rounds, bytes, points } = alignment;
  const sent = Object.entries(bytes).map(([name, each]) => [name, formatBytes(each), `${points[name]}`]);
  console.log(`\n${plainTable(['to align rows', 'sends at most', 'products on the curve'], sent)}`);
  console.log(`  ${rounds} rounds before the run`);
}

function printTime(cost: Cost): void {
  console.log('\nabout how long, by rounds and bytes alone:');
  for (const network of NETWORKS) {
    const seconds = secondsOn(cost, network);
    console.log(`  ${network.name}: ${seconds < 90 ? `${seconds.toFixed(1)} s` : `${(seconds / 60).toFixed(1)} min`}`);
  }
}

function printOpenings(job: Job, plan: Plan): void {
  console.log('\nwhat leaves the computation, and who learns it:');
  for (const line of openingLines(job, plan)) console.log(`  ${line}`);
}

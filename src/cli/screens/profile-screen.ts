/**
 * `--profile` on the screen: where a training step's time goes at each node, and what each layer opens and takes in corrections.
 * @module
 */
import type { NodeProfile, PhaseLayers, ProfileReport } from '../../job/report/profile-report.ts';
import type { Plan } from '../../plan/plan.ts';
import { formatBytes, plainTable } from './text-table.ts';

/** So many operations are shown each by itself, those that take longest at any node. */
const SHOWN = 12;

interface Column {
  readonly head: string;
  /** Seconds that training took, booked or not. */
  readonly passed: number;
  readonly bookings: NodeProfile['bookings'];
}

export function printProfile({ nodes, layers }: ProfileReport, plan: Plan): void {
  const trains = new Set(plan.phases.flatMap(({ trains, name }) => (trains ? [name] : [])));
  const phases = layers.filter(({ phase }) => trains.has(phase));
  const steps = phases.reduce((sum, { times }) => sum + times, 0);
  const [commonest] = phases.toSorted((a, b) => b.times - a.times);
  if (commonest === undefined) return;
  const columns = Object.entries(nodes).map(([name, { role, phases: passed, bookings }]) => ({
    head: `${name} (${role})`,
    passed: phases.reduce((sum, { phase }) => sum + (passed[phase] ?? 0), 0),
    bookings: bookings.filter(({ phase }) => trains.has(phase)),
  }));
  console.log('where the time of a training step goes, in milliseconds:');
  printOperations(columns, steps);
  console.log(`\nby layer, in one step of ${commonest.rounds} rounds, which layers share:`);
  printLayers(commonest, columns, steps);
  console.log('');
}

const milliseconds = (seconds: number, steps: number) => ((1000 * seconds) / steps).toFixed(2);

const total = (bookings: NodeProfile['bookings']) => bookings.reduce((sum, { seconds }) => sum + seconds, 0);

function printOperations(columns: readonly Column[], steps: number): void {
  const names = new Set(columns.flatMap(({ bookings }) => bookings.map(({ operation }) => operation)));
  const rows = [...names].map((name) => {
    const times = columns.map(({ bookings }) => total(bookings.filter(({ operation }) => operation === name)));
    return { name, times, most: Math.max(...times) };
  });
  rows.sort((a, b) => b.most - a.most);
  const others = columns.map((_, i) => rows.slice(SHOWN).reduce((sum, { times }) => sum + times[i], 0));
  const lines = [
    ...rows.slice(0, SHOWN),
    ...(rows.length > SHOWN ? [{ name: 'others', times: others }] : []),
    { name: 'not booked', times: columns.map(({ passed, bookings }) => Math.max(0, passed - total(bookings))) },
    { name: 'in all', times: columns.map(({ passed }) => passed) },
  ];
  console.log(
    plainTable(
      ['operation', ...columns.map(({ head }) => head)],
      lines.map(({ name, times }) => [name, ...times.map((seconds) => milliseconds(seconds, steps))]),
    ),
  );
}

function printLayers({ layers }: PhaseLayers, columns: readonly Column[], steps: number): void {
  const lines = layers.map(({ layer, rounds, openingBytes, correctionBytes }) => [
    layer,
    `${rounds}`,
    formatBytes(openingBytes),
    formatBytes(correctionBytes),
    ...columns.map(({ bookings }) => milliseconds(total(bookings.filter((each) => each.layer === layer)), steps)),
  ]);
  const all = (bytesOf: (layer: (typeof layers)[number]) => number) =>
    formatBytes(layers.reduce((sum, layer) => sum + bytesOf(layer), 0));
  const inLayers = columns.map(({ bookings }) => total(bookings.filter(({ layer }) => layer !== undefined)));
  const sums = [all(({ openingBytes }) => openingBytes), all(({ correctionBytes }) => correctionBytes)];
  const head = ['layer', 'opens in rounds', 'opened by each evaluator', 'corrections'];
  console.log(
    plainTable(
      [...head, ...columns.map(({ head }) => `ms ${head}`)],
      [...lines, ['in all', '', ...sums, ...inLayers.map((seconds) => milliseconds(seconds, steps))]],
    ),
  );
}

/**
 * `npm run bench -- NAME [--json FILE]`: runs one benchmark, and prints its question, the machine, a table and JSON.
 * @module
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import type { Benchmark, BenchmarkResult } from './benchmark.ts';

const BENCHMARKS: Readonly<Record<string, () => Promise<Benchmark>>> = {
  kernels: () => import('./kernels.ts'),
};

function table(rows: BenchmarkResult['rows']): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = [columns, ...rows.map((row) => columns.map((column) => String(row[column] ?? '')))];
  const widths = columns.map((_, c) => Math.max(...cells.map((line) => line[c].length)));
  const isNumeric = columns.map((column) => rows.every((row) => typeof (row[column] ?? 0) === 'number'));
  return cells
    .map((line) =>
      line.map((cell, c) => (isNumeric[c] ? cell.padStart(widths[c]) : cell.padEnd(widths[c]))).join('   '),
    )
    .join('\n');
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ options: { json: { type: 'string' } }, allowPositionals: true });
  const [name = ''] = positionals;
  if (positionals.length !== 1 || !Object.hasOwn(BENCHMARKS, name)) {
    console.error(`Usage: npm run bench -- NAME [--json FILE], where NAME is ${Object.keys(BENCHMARKS).join(' or ')}`);
    process.exitCode = 2;
    return;
  }
  const machine = { cpu: cpus()[0].model.trim(), cores: cpus().length, node: process.version };
  const { run } = await BENCHMARKS[name]();
  const { question, rows } = await run();
  console.log(`${question}\n${machine.cpu}, ${machine.cores} cores, Node ${machine.node}\n\n${table(rows)}\n`);

  const json = JSON.stringify({ benchmark: name, question, machine, rows }, null, 2);
  if (values.json === undefined) console.log(json);
  else writeFileSync(values.json, `${json}\n`);
}

await main();

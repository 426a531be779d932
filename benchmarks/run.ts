/**
 * `npm run bench -- NAME [--json FILE]`: runs one benchmark, and prints its question, the machine, a table and JSON.
 * @module
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { plainTable } from '../src/cli/screens/text-table.ts';
import type { Benchmark } from './benchmark.ts';

const BENCHMARKS: Readonly<Record<string, () => Promise<Benchmark>>> = {
  alignment: () => import('./alignment.ts'),
  auc: () => import('./auc.ts'),
  kernels: () => import('./kernels.ts'),
  loading: () => import('./loading.ts'),
  logistic: () => import('./logistic.ts'),
  mlp: () => import('./mlp.ts'),
  privacy: () => import('./privacy.ts'),
  transport: () => import('./transport.ts'),
};

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
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = rows.map((row) => columns.map((column) => String(row[column] ?? '')));
  console.log(`${question}\n${machine.cpu}, ${machine.cores} cores, Node ${machine.node}\n`);
  console.log(`${plainTable(columns, cells)}\n`);

  const json = JSON.stringify({ benchmark: name, question, machine, rows }, null, 2);
  if (values.json === undefined) console.log(json);
  else writeFileSync(values.json, `${json}\n`);
}

await main();

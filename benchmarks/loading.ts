/**
 * What does it take to load a million rows of twenty columns, from CSV and from Parquet? Each reading is a process of its own, which tells its peak memory.
 * @module
 */
import { execFileSync } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { sourceOf } from '../src/data/source.ts';
import { type BenchmarkResult, median } from './benchmark.ts';

const ROWS = 1_000_000;
const COLUMNS = 20;
const REPETITIONS = 3;
const LINES = 1000;
const MIB = 2 ** 20;
/** By which this module knows that it is the process that reads. */
const READS = 'TREFOIL_BENCHMARK_READS';

interface Reading {
  readonly seconds: number;
  readonly cpu: number;
  readonly peak: number;
}

export async function run(): Promise<BenchmarkResult> {
  const folder = mkdtempSync(join(tmpdir(), 'trefoil-loading-'));
  try {
    const csv = join(folder, 'rows.csv');
    await pipeline(Readable.from(lines()), createWriteStream(csv));
    const files = [csv, ...(await asParquet(csv))];
    const readings = new Map(files.map((file) => [file, [] as Reading[]]));
    // The forms take turns, so that whatever else the machine does falls on all of them.
    for (let i = 0; i < REPETITIONS; i++) for (const [file, all] of readings) all.push(readingOf(file));
    const rows = [...readings].map(([file, all]) => ({
      form: file.replace(/.*\./, ''),
      rows: ROWS,
      columns: COLUMNS,
      's (median)': Number(median(all.map(({ seconds }) => seconds)).toFixed(1)),
      'CPU s (median)': Number(median(all.map(({ cpu }) => cpu)).toFixed(1)),
      'records, MiB': Math.round((8 * ROWS * (COLUMNS + 1)) / MIB),
      'peak of the process, MiB': Math.round(median(all.map(({ peak }) => peak)) / MIB),
    }));
    return { question: 'seconds and memory to load a table, in a process that does nothing else', rows };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Made-up numbers, the same in each run. */
function* lines(): Generator<string> {
  yield `${Array.from({ length: COLUMNS }, (_, j) => `x${j}`).join(',')},y\n`;
  let state = 1;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const line = () =>
    `${Array.from({ length: COLUMNS }, () => (100 * next()).toFixed(3)).join(',')},${next() < 0.5 ? 0 : 1}\n`;
  for (let row = 0; row < ROWS; row += LINES) yield Array.from({ length: LINES }, line).join('');
}

interface DuckDb {
  readonly DuckDBInstance: {
    create(path: string): Promise<{ connect(): Promise<{ run(sql: string): Promise<unknown> }> }>;
  };
}

/** The same table in Parquet; none where DuckDB is not installed. */
async function asParquet(csv: string): Promise<string[]> {
  const name: string = '@duckdb/node-api';
  const { DuckDBInstance } = (await import(name).catch(() => ({}))) as Partial<DuckDb>;
  if (DuckDBInstance === undefined) return [];
  const parquet = csv.replace('.csv', '.parquet');
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(`copy (select * from read_csv('${csv}')) to '${parquet}' (format parquet)`);
  return [parquet];
}

function readingOf(file: string): Reading {
  const output = execFileSync(process.execPath, [fileURLToPath(import.meta.url)], {
    env: { ...process.env, [READS]: file },
    encoding: 'utf8',
  });
  return JSON.parse(output) as Reading;
}

async function read(file: string): Promise<void> {
  const features = Array.from({ length: COLUMNS }, (_, j) => ({ name: `x${j}`, low: 0, high: 100 }));
  const start = performance.now();
  await sourceOf(file).read({ label: 'y', features, outOfRange: 'refuse', rows: ROWS });
  const seconds = (performance.now() - start) / 1000;
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  console.log(JSON.stringify({ seconds, cpu: (userCPUTime + systemCPUTime) / 1e6, peak: 1024 * maxRSS }));
}

const file = process.env[READS];
if (file !== undefined) await read(file);

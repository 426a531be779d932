/** Nodes that are expected to take more memory than their machine has are named before they run, with both figures. */
import { describe, expect, it } from 'vitest';
import { nodesOf } from '../../src/job/file/job.ts';
import { loadJob } from '../../src/job/file/job-file.ts';
import { jobPlan } from '../../src/job/file/task.ts';
import { jobMemory } from '../../src/job/node/job-memory.ts';
import { machineRoom } from '../../src/job/node/machine-room.ts';
import { TRUST } from '../protocol/harness.ts';

describe.each(TRUST)('in %s', (trust) => {
  const job = loadJob('examples/digits-mlp.yaml', trust);
  const plan = jobPlan(job);
  const quotes = jobMemory(job, plan);
  const nodes = nodesOf(job);
  const all = nodes.reduce((sum, node) => sum + quotes[node], 0);

  it('says nothing where there is room', () => {
    expect(machineRoom(job, plan, nodes, {}, all)).toEqual([]);
    for (const node of nodes) expect(machineRoom(job, plan, [node], {}, quotes[node])).toEqual([]);
  });

  it('names every node of a rehearsal', () => {
    const [warning, ...others] = machineRoom(job, plan, nodes, {}, all - 1);
    expect(others).toEqual([]);
    for (const node of nodes) expect(warning).toContain(node);
    expect(warning).toMatch(
      /together take about 0\.\d GiB of memory in this job, and this machine has 0\.\d GiB: run each/,
    );
  });

  it('counts what DuckDB may take for each file that needs it, where the data of a node are known', () => {
    const room = (east: object) => jobMemory(job, plan, undefined, { east }).east - quotes.east;
    expect(room({ train: 'rows.csv', test: { file: 'rows.csv', delimiter: ';' } })).toBe(0);
    expect(room({ train: 'rows.parquet' })).toBe(512e6);
    expect(room({ train: 'rows.parquet', test: { query: "select * from 'rows.csv'" } })).toBe(1024e6);
    expect(room({ train: [] })).toBe(0);
  });

  it('names a node on its own machine', () => {
    const [warning] = machineRoom(job, plan, ['east'], {}, 2 ** 26);
    expect(warning).toMatch(/^east takes about 0\.\d GiB of memory in this job, and this machine has 0\.1 GiB: use a/);
  });
});

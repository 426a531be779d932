/** What a node's process takes at its peak is what `trefoil plan` says, within a quarter, however many steps a job has. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { LocalSite } from './local-site.ts';
import { childrenOf, type Program } from './program.ts';

/** VmHWM of each node in bytes, by name. */
async function peaksOf(program: Program): Promise<ReadonlyMap<string, number>> {
  const peaks = new Map<string, number>();
  let isOver = false;
  void program.ended.then(() => {
    isOver = true;
  });
  while (!isOver) {
    for (const child of childrenOf(program.pid)) {
      try {
        const [, node] = /--rehearsal.*?(\w+)\.yaml/.exec(readFileSync(`/proc/${child}/cmdline`, 'latin1')) ?? [];
        const [, peak] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child}/status`, 'latin1')) ?? [];
        if (node !== undefined && peak !== undefined) peaks.set(node, 1024 * Number(peak));
      } catch {
        // It has ended meanwhile.
      }
    }
    await new Promise((done) => setTimeout(done, 100));
  }
  return peaks;
}

interface JobFile {
  trust: string;
  training: { epochs: number };
}

describe.each(['honest-majority', 'dealer'])('in %s', (trust) => {
  it.each([
    ['breast-cancer-logistic', 20],
    ['breast-cancer-logistic', 1500],
    ['digits-mlp', 4],
  ])('%s over %i epochs', async (example, epochs) => {
    const site = new LocalSite();
    const job = parse(readFileSync(`examples/${example}.yaml`, 'utf8')) as JobFile;
    job.trust = trust;
    job.training.epochs = epochs;
    const file = join(site.folder, 'job.json');
    writeFileSync(file, JSON.stringify(job));
    const planned = execFileSync(process.execPath, ['dist/src/cli/main.js', 'plan', file, '--json'], {
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
    const quotes = (JSON.parse(planned) as { cost: { processMemory: Record<string, number> } }).cost.processMemory;
    for (const node of ['north', 'east', 'south'] as const) {
      const { data } = parse(readFileSync(`parties/${node}.yaml`, 'utf8')) as {
        data: Record<string, Record<string, string>>;
      };
      const files = Object.entries(data[example]).map(([kind, path]) => [kind, resolve('parties', path)]);
      site.changeConfig(node, (config) => ({ ...config, data: Object.fromEntries(files) }));
    }
    const program = site.train(file);
    const peaks = await peaksOf(program);
    expect(await program.ended, program.output).toMatchObject({ status: 0 });
    expect([...peaks.keys()].sort()).toEqual(Object.keys(quotes).sort());
    for (const [node, peak] of peaks) {
      expect(peak / quotes[node], `${node} took ${peak} bytes`).toBeGreaterThan(0.75);
      expect(peak / quotes[node], `${node} took ${peak} bytes`).toBeLessThan(1.25);
    }
  });
});

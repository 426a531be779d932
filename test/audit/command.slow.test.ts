/** `trefoil audit` on both examples, quick: what it writes, for whom, and that a seed repeats it. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { AuditReport } from '../../src/audit/report/audit-report.ts';
import { Program } from '../cli/program.ts';

const folder = mkdtempSync(join(tmpdir(), 'audit-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function audited(example: string, out: string, ...args: readonly string[]): Promise<[AuditReport, string]> {
  const path = join(folder, out);
  const all = ['audit', `examples/${example}.yaml`, '--out', path, '--quick', ...args];
  const program = new Program('dist/src/cli/main.js', all, {});
  expect(await program.ended, program.output).toMatchObject({ status: 0 });
  expect(program.output).toContain('NOT prevented by the computation');
  return [JSON.parse(readFileSync(join(path, 'audit.json'), 'utf8')) as AuditReport, path];
}

describe.each([
  ['digits-mlp', true],
  ['breast-cancer-logistic', false],
] as const)('%s', (example, hasPictures) => {
  it('is audited with all attacks on all systems', async () => {
    const [report, path] = await audited(example, example);
    expect(readdirSync(path).sort()).toEqual([
      'audit.html',
      'audit.json',
      ...['east', 'north', 'south'].map((owner) => `most-exposed-${owner}.json`),
    ]);
    const { reconstruction, views, membership } = report;
    expect(reconstruction.picture !== undefined).toBe(hasPictures);
    const single = reconstruction.results.find(({ adversary, batch }) => adversary === 'server' && batch === 1);
    expect(single?.score.exact.value).toBe(1);
    for (const { failed } of views.uniformity) expect(failed).toEqual([]);
    for (const { advantage } of views.twoWorlds) expect(advantage.lower).toBeLessThanOrEqual(0);
    for (const { score } of views.attacks) expect(score.recognised.value).toBe(0);
    expect(views.uniformity.reduce((sum, { values }) => sum + values, 0)).toBeGreaterThan(1_000_000);
    expect(membership.map(({ system }) => system)).toEqual(['trefoil', 'trefoilPrivate']);
    expect(membership[0].released?.targets).toBe(1);
    for (const { lower, upper } of membership[1].epsilon ?? []) expect(lower).toBeLessThanOrEqual(upper);
    for (const file of readdirSync(path)) expect(statSync(join(path, file)).mode & 0o077, file).toBe(0);
    const html = readFileSync(join(path, 'audit.html'), 'utf8');
    expect(html.includes('data:image/png;base64')).toBe(hasPictures);
    for (const owner of ['north', 'east', 'south']) {
      const file = join(path, `most-exposed-${owner}.json`);
      const list = JSON.parse(readFileSync(file, 'utf8')) as { owner: string; records: { row: number }[] };
      expect(list.owner).toBe(owner);
      expect(list.records).toHaveLength(10);
    }
  });
});

it('a seed repeats the attacks', async () => {
  const [first] = await audited('breast-cancer-logistic', 'first', '--seed', 'again');
  const [second] = await audited('breast-cancer-logistic', 'second', '--seed', 'again');
  expect(second.reconstruction).toEqual(first.reconstruction);
  // The model of a real run is another one each time.
  const ofTraining = ({ membership }: AuditReport) => membership.map(({ report, epsilon }) => ({ report, epsilon }));
  expect(ofTraining(second)).toEqual(ofTraining(first));
});

it.each(['attacks on federated learning', 'recorded runs of Trefoil', 'membership attacks'])(
  'ends in %s when it is stopped, and writes nothing',
  async (stage) => {
    const path = join(folder, 'stopped');
    const program = new Program('dist/src/cli/main.js', [
      'audit',
      'examples/digits-mlp.yaml',
      '--out',
      path,
      '--quick',
    ]);
    while (!program.output.includes(`${stage}:`)) {
      if ((await Promise.race([program.ended, new Promise((go) => setTimeout(go, 50))])) !== undefined) break;
    }
    program.kill('SIGINT');
    expect(await program.ended, program.output).toMatchObject({ status: 1 });
    expect(program.output).toContain('stopped by SIGINT');
    expect(readdirSync(path)).toEqual([]);
  },
);

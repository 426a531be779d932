/** Nodes that die or are stopped: all others end in seconds, say who and where, and leave the model of the earlier run. */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FailedReport } from '../../src/job/report/failed-report.ts';
import type { Program } from '../cli/program.ts';
import { gone } from '../cli/program.ts';
import { long, NODES, type NodeName, PARTIES, Site } from './site.ts';

/** Nodes by name, in the middle of training, over models of an earlier run. */
async function training(site: Site, names: readonly NodeName[], ...args: string[]): Promise<Map<NodeName, Program>> {
  site.leaveModels();
  const programs = new Map(names.map((name) => [name, site.start(name, ...args)]));
  for (const program of programs.values()) await program.until(/sharing records/);
  return programs;
}

async function othersEnd(programs: Map<NodeName, Program>, culprit: NodeName, seconds: number): Promise<Program[]> {
  const others = [...programs].filter(([name]) => name !== culprit).map(([, program]) => program);
  const start = performance.now();
  for (const program of others) expect(await program.ended, program.output).toMatchObject({ status: 1 });
  expect(performance.now() - start).toBeLessThan(1000 * seconds);
  const pids = others.map(({ pid }) => pid);
  expect(await gone(pids, 0.5)).toBe(true);
  return others;
}

/** As a run leaves it that the alarm ended. */
function leaveAlarm(site: Site, minute: string): void {
  const job = 'breast-cancer-logistic';
  const folder = site.path('east', `out/${job}-20261130T11${minute}00Z-00000000`);
  mkdirSync(folder, { recursive: true });
  const failure = { code: 'TREFOIL_RANGE', place: { phase: 'range alarm' } };
  const created = '2026-11-30T11:50:00.000Z';
  const report = { format: 'trefoil-report', outcome: 'failed', job: { name: job }, created, failure };
  writeFileSync(join(folder, 'report.json'), JSON.stringify(report));
}

const HERE = /phase training, step \d+, round \d+/;

describe('a node that is killed', () => {
  it.each<[culprit: NodeName, trust: string, nodes: readonly NodeName[]]>([
    ['north', 'honest-majority', PARTIES],
    ['south', 'honest-majority', PARTIES],
    ['dealer', 'dealer', NODES],
    ['east', 'dealer', NODES],
  ])('ends all others: %s in %s mode', async (culprit, trust, nodes) => {
    const site = await Site.create(long);
    const programs = await training(site, nodes, '--trust', trust);
    programs.get(culprit)?.kill('SIGKILL');
    const others = await othersEnd(programs, culprit, 5);
    for (const { stderr } of others) {
      expect(stderr).toMatch(new RegExp(`trefoil: (\\w+ stopped the run: )?${culprit} is gone`));
      expect(stderr).not.toContain('    at ');
    }
    // Whoever was waiting for the dead node says where; the others hear it from there.
    expect(others.map(({ stderr }) => stderr).join()).toMatch(HERE);
    expect(site.earlierModels).toEqual(PARTIES);
  });
});

describe('a node that is stopped at its terminal', () => {
  it('says so to the others', async () => {
    const site = await Site.create(long);
    const programs = await training(site, PARTIES);
    const east = programs.get('east');
    east?.kill('SIGINT');
    const others = await othersEnd(programs, 'east', 2);
    expect(await east?.ended).toMatchObject({ status: 1 });
    expect(east?.stderr).toMatch(
      /trefoil: east was stopped by SIGINT when .* training, step \d+, round \d\n\[TREFOIL_ABORTED\]/,
    );
    for (const { stderr } of others)
      expect(stderr).toContain('trefoil: east stopped the run: east was stopped by SIGINT');
    expect(site.earlierModels).toEqual(PARTIES);
  });

  it.each<NodeName>(['north', 'south'])('ends at once while %s waits for the others', async (name) => {
    const site = await Site.create();
    const program = site.start(name);
    await program.until(/waiting for/);
    const start = performance.now();
    program.kill('SIGINT');
    expect(await program.ended).toMatchObject({ status: 1 });
    expect(performance.now() - start).toBeLessThan(2000);
    expect(program.stderr).toContain(`${name} was stopped by SIGINT`);
  });

  it('says what it waited for when nobody comes', async () => {
    const site = await Site.create();
    site.changeConfig('east', (config) => {
      config.connectSeconds = 1;
    });
    for (const minute of ['00', '01']) leaveAlarm(site, minute);
    const report = site.path('east', 'report.json');
    writeFileSync(report, '{}');
    const program = site.start('east', '--report', report);
    expect(await program.ended).toMatchObject({ status: 1 });
    expect(program.stderr).toMatch(/north at localhost:\d+ \(connection refused\)/);
    expect(program.stderr).toContain('south to connect');
    expect(program.stderr).toContain('[TREFOIL_UNREACHABLE]');
    expect(program.stderr).toMatch(
      /^warning: 2 of the last 2 runs of the job .* failed by the range alarm or an impossible loss since 2026-11-30;.*\n(.*\n)*east listens/m,
    );
    const written = JSON.parse(readFileSync(report, 'utf8')) as FailedReport;
    expect(written).toMatchObject({ node: 'east', outcome: 'failed', failure: { code: 'TREFOIL_UNREACHABLE' } });
    expect(statSync(report).mode & 0o777).toBe(0o600);
    const names = readdirSync(site.path('east', '.'));
    expect(names.filter((name) => /^report\.\d{8}T\d{6}Z\.json$/.test(name))).toHaveLength(1);
    const runs = readdirSync(site.path('east', 'out'));
    expect(runs).toHaveLength(3);
  });
});

/** The same job from several terminals: one process a node, each with files of its own. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/job/report/report.ts';
import { trefoil } from '../cli/program.ts';
import { type NodeName, PARTIES, Site } from './site.ts';

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

const readJson = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as unknown;

describe('nodes started one by one', () => {
  it.each<readonly NodeName[]>([
    ['north', 'east', 'south'],
    ['south', 'north', 'east'],
  ])('train in the order %s, %s, %s', async (...order) => {
    const site = await Site.create();
    const identity = trefoil('identity', '--replace', '--config', ...order.map((name) => site.config(name)));
    expect(await identity.ended, identity.output).toMatchObject({ status: 0 });
    site.leaveModels();
    const programs = [];
    for (const name of order) {
      programs.push(site.start(name, '--report', site.path(name, 'report.json')));
      await pause(500);
    }
    for (const program of programs) expect(await program.ended, program.output).toMatchObject({ status: 0 });
    const reports = order.map((name) => readJson(site.path(name, 'report.json')) as Report);
    for (const [i, report] of reports.entries()) {
      expect(report.job.digest).toBe(reports[0].job.digest);
      expect(report.publicSeed).toBe(reports[0].publicSeed);
      expect(report.quality.test).toEqual(reports[0].quality.test);
      expect(report.cost.counted.bytes[order[i]]).toEqual(report.cost.planned.bytes[order[i]]);
      expect(report.quality.plaintext, 'nobody has all records').toBeUndefined();
      expect(programs[i].stderr).toMatch(/is connected with (\w+), (\w+)\n/);
      expect(programs[i].stderr).toMatch(/training: 28 of 28/);
      expect(programs[i].stdout).toMatch(
        /what will leave the computation, and who learns it:\n {2}mean of each feature/,
      );
    }
    expect(site.models).toEqual(PARTIES);
  });

  it('train with the dealer service, by the programs of parties/, and print no secret', async () => {
    const site = await Site.create();
    const order = ['south', 'dealer', 'east', 'north'] as const;
    const programs = order.map((name) => site.startProgram(name, '--trust', 'dealer'));
    for (const program of programs) expect(await program.ended, program.output).toMatchObject({ status: 0 });
    expect(site.models).toEqual(PARTIES);
    const printed = programs.map(({ output }) => output).join('\n');
    expect(printed).toContain('trust mode dealer');
    expect(found(secretsOf(site), printed)).toEqual([]);
  });

  it('write no record and no key into reports and models', async () => {
    const site = await Site.create();
    const programs = PARTIES.map((name) => site.start(name, '--report', site.path(name, 'report.json')));
    for (const program of programs) expect(await program.ended, program.output).toMatchObject({ status: 0 });
    const files = PARTIES.flatMap((name) => [site.path(name, 'report.json'), site.model(name)]);
    const written = files.map((file) => readFileSync(file, 'utf8')).join('\n');
    expect(found(secretsOf(site), written)).toEqual([]);
  });
});

/** Numbers of records with more digits than anything that is printed, and all private keys. */
function secretsOf(site: Site): readonly string[] {
  const records = PARTIES.flatMap((name) =>
    readFileSync(`examples/breast-cancer/${name}-train.csv`, 'utf8').trim().split('\n').slice(1),
  );
  const numbers = records.flatMap((record) => record.split(',')).filter((cell) => /^\d\.\d{5,}$/.test(cell));
  const keys = PARTIES.flatMap((name) =>
    readFileSync(site.path(name, `${name}.key`), 'utf8')
      .split('\n')
      .slice(1, 3),
  );
  expect(new Set(numbers).size).toBeGreaterThan(100);
  return [...numbers, ...keys];
}

/** Secrets that appear as words of a text. */
function found(secrets: readonly string[], text: string): string[] {
  const words = new Set(text.split(/[^\w.+/=]+/));
  return secrets.filter((secret) => words.has(secret));
}

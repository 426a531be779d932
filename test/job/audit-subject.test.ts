/** What an audit attacks is what the parties train on: the same features, the same network, the same noise. */
import { describe, expect, it } from 'vitest';
import { joinedRecords } from '../../src/audit/models/chosen-records.ts';
import { auditSubject, plainTrainingOf, privateTrainingOf } from '../../src/job/audit/audit-subject.ts';
import { auditedBudget } from '../../src/job/audit/audited-budget.ts';
import { auditedMembership } from '../../src/job/audit/audited-membership.ts';
import type { Job } from '../../src/job/file/job.ts';
import { loadJob } from '../../src/job/file/job-file.ts';
import { loadNodeConfig } from '../../src/job/node/node-config.ts';
import { allRecords, joined } from '../../src/job/rehearsal/all-records.ts';

const configsOf = (job: Job) =>
  new Map(job.parties.map(({ name }) => [name, loadNodeConfig(`parties/${name}.yaml`, job.name)]));

async function subjectOf(example: string) {
  const job = loadJob(`examples/${example}.yaml`);
  return { job, subject: auditSubject(job, await allRecords(job, configsOf(job))) };
}

describe('digits-mlp', async () => {
  const { job, subject } = await subjectOf('digits-mlp');

  it('are pictures of 8 × 8, from 0 to 1', () => {
    expect(subject.picture).toEqual({ rows: 8, columns: 8 });
    expect(subject.range).toEqual([0, 1]);
    expect(subject.owners.map(({ name, train, test }) => [name, train.rows, test.rows])).toEqual([
      ['north', 519, 120],
      ['east', 462, 120],
      ['south', 456, 120],
    ]);
    for (const { train } of subject.owners) {
      expect(Math.min(...train.features)).toBe(0);
      expect(Math.max(...train.features)).toBe(1);
      expect(new Set(train.labels).size).toBe(10);
    }
  });

  it('are trained as the job says', () => {
    expect(plainTrainingOf(job)).toMatchObject({ epochs: 30, batch: 32, l2: 0.003, initial: 'he' });
  });

  it('would keep ε = 1 towards each party, and more towards those outside', () => {
    const { privacy, noise, budget, isOfJob } = auditedBudget(job);
    expect(isOfJob).toBe(false);
    expect(privacy).toMatchObject({ epsilon: 1, delta: 1e-4 });
    expect(budget.epsilon).toBeLessThan(1);
    const training = privateTrainingOf(job, privacy, noise);
    expect(training.sampling).toBeCloseTo(32 / 1437, 15);
    // Two of three parties are honest; the count of unclipped rows takes its part.
    expect(training.noiseMultiplier / noise.noiseMultiplier).toBeCloseTo(Math.sqrt(3 / 2) * Math.hypot(1, 1 / 16), 12);
  });
});

describe('breast-cancer-logistic', async () => {
  const { job, subject } = await subjectOf('breast-cancer-logistic');

  it('has no variance of a column that has one value, whatever rounding makes of it', async () => {
    const owners = await allRecords(job, configsOf(job));
    const { columns } = joined(job, owners, 'train');
    for (const value of [0.1, 7.3, 13.7, 21.9]) {
      const constant = owners.map(({ train, ...rest }) =>
        train === undefined
          ? rest
          : { ...rest, train: { ...train, features: train.features.map((x, i) => (i % columns === 0 ? value : x)) } },
      );
      for (const { train } of auditSubject(job, constant).owners) {
        const first = train.features.filter((_, i) => i % columns === 0);
        // Rounding of a value in its range, where a deviation made of rounding gave ±1 and more.
        for (const x of first) expect(Math.abs(x)).toBeLessThan(1e-12);
      }
    }
  });

  it('is a table, standardised by the pooled moments', async () => {
    expect(subject.picture).toBeUndefined();
    expect(subject.range).toEqual([-3, 3]);
    const raw = joined(job, await allRecords(job, configsOf(job)), 'train');
    const column = (features: Float64Array, at: number) => features.filter((_, i) => i % 30 === at);
    const seen = subject.owners.map(({ train }) => train).reduce(joinedRecords).features;
    for (let at = 0; at < 30; at++) {
      const values = column(raw.features, at);
      const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
      const deviation = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length);
      const expected = values.map((x) => Math.min(3, Math.max(-3, (x - mean) / deviation)));
      const difference = column(seen, at).map((x, i) => Math.abs(x - expected[i]));
      expect(Math.max(...difference)).toBeLessThan(1e-9);
    }
  });

  it('gives each owner its own surest records, and nobody else’s', async () => {
    const trained: number[] = [];
    const findings = await auditedMembership({
      job: { ...job, training: { ...job.training, epochs: 1 } },
      ...{ subject, budget: auditedBudget(job), seed: 'test', isQuick: true },
      released: [{ weights: new Float64Array(30).fill(0.1), bias: new Float64Array(1) }],
      onTrained: (done, of) => trained.push(done / of),
    });
    expect(trained).toEqual(Array.from({ length: 40 }, (_, i) => (i + 1) / 40));
    expect([...findings.exposed].map(([owner, records]) => [owner, records.length])).toEqual([
      ['north', 10],
      ['east', 10],
      ['south', 10],
    ]);
    for (const [i, { train }] of subject.owners.entries()) {
      const rows = [...findings.exposed.values()][i].map(({ row }) => row);
      expect(Math.max(...rows)).toBeLessThan(train.rows);
    }
    const [plain, withPrivacy] = findings.systems;
    expect(plain.released?.targets).toBe(1);
    expect(plain.epsilon).toBeUndefined();
    expect(withPrivacy.released).toBeUndefined();
    // Of three attacks, of mislabelled canaries, and of those with a feature of their own in float64 and by the program.
    expect(withPrivacy.epsilon?.length).toBe(6);
    expect(JSON.parse(JSON.stringify(findings.systems))).toEqual(findings.systems);
  });
});

describe('breast-cancer-private', async () => {
  const { job } = await subjectOf('breast-cancer-private');

  it('is attacked with its own noise', () => {
    const { privacy, noise, budget, isOfJob } = auditedBudget(job);
    expect(isOfJob).toBe(true);
    expect(budget.delta).toBe(1e-4);
    expect(budget.epsilon).toBeLessThan(3);
    expect(privateTrainingOf(job, privacy, noise)).toMatchObject({ sampling: 1, expectedBatch: 455, stepsPerEpoch: 1 });
  });
});

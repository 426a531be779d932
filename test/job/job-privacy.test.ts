/** The privacy section of a job: what it allows to leave, and what becomes of it. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseJob } from '../../src/job/file/job-file.ts';
import { privacyOf } from '../../src/job/file/privacy.ts';
import { jobPlan } from '../../src/job/file/task.ts';
import { epsilonOf } from '../../src/privacy/accounting/accountant.ts';

const example = (name: string) => readFileSync(new URL(`../../examples/${name}.yaml`, import.meta.url), 'utf8');
const breastCancer = example('breast-cancer-private');
const digits = example('digits-private');

const parse = (content: string) => parseJob(content, 'job.yaml');
const problemsOf = (content: string): readonly string[] => {
  try {
    parse(content);
  } catch (error) {
    return (error as { problems?: readonly string[] }).problems ?? [(error as Error).message];
  }
  return [];
};

describe('the file', () => {
  it('fills in the unit: a record, there or not', () => {
    const shorter = breastCancer.replace(/ {2}person: 1\n/, '').replace(/ {2}neighbours: add-or-remove\n/, '');
    expect(shorter).not.toContain('person');
    expect(parse(shorter).privacy).toEqual({
      epsilon: 3,
      delta: 1e-4,
      clip: 1.5,
      sampling: 'full',
      person: 1,
      neighbours: 'add-or-remove',
    });
  });

  it('refuses, all together, what would leave without noise', () => {
    const leaking = breastCancer
      .replace('standardise: range', 'standardise: moments')
      .replace(
        /metrics: .*/,
        'metrics: { accuracy: [north], auc: [east], logLoss: [north] }\n  trainingLoss: [south]\n  alarmSites: [north, east, south]\n  moments: [north, east, south]',
      );
    const problems = problemsOf(leaking).join('\n');
    expect(problems).toContain('data.standardise');
    expect(problems).toContain('the pooled moments would leave without noise');
    expect(problems).toContain('reveal.trainingLoss');
    expect(problems).toContain('reveal.alarmSites must be empty with privacy');
    expect(problems).toContain('reveal.metrics.auc');
    expect(problems).toContain('reveal.metrics.logLoss');
    expect(problems).toContain('accuracy, macroF1, confusionMatrix get noise');
    expect(problems).not.toContain('reveal.metrics.accuracy:');
  });

  it('refuses early stopping and a second kind of clipping', () => {
    const stopping = digits.replace(
      '  batch:',
      '  clipGradient: 1\n  earlyStopping: { metric: accuracy, patience: 2 }\n  batch:',
    );
    const problems = problemsOf(stopping).join('\n');
    expect(problems).toContain('training.earlyStopping');
    expect(problems).toContain('training.clipGradient');
  });

  it('refuses a δ that releasing a record at random would satisfy, and a full batch that is not full', () => {
    expect(problemsOf(breastCancer.replace('delta: 1e-4', 'delta: 0.0022')).join()).toMatch(/privacy\.delta.*1\/455/);
    expect(problemsOf(breastCancer.replace('batch: 455', 'batch: 100')).join()).toMatch(/training\.batch.*455/);
  });

  it.each([
    ['epsilon: 3', 'epsilon: 0'],
    ['delta: 1e-4', 'delta: 1'],
    ['clip: 1.5', 'clip: -1'],
    ['sampling: full', 'sampling: secret'],
    ['person: 1', 'person: 65'],
    ['neighbours: add-or-remove', 'neighbours: any'],
  ])('refuses %s as %s', (right, wrong) => {
    expect(breastCancer).toContain(right);
    expect(problemsOf(breastCancer.replace(right, wrong))).toHaveLength(1);
  });
});

describe('the noise', () => {
  const unit = { records: 1, neighbours: 'add-or-remove' } as const;

  it('keeps the budget, and not by much', () => {
    for (const content of [breastCancer, digits]) {
      const privacy = privacyOf(parse(content));
      const spent = epsilonOf(privacy?.events ?? [], 1e-4, unit);
      expect(spent).toBeLessThanOrEqual(3);
      expect(spent).toBeGreaterThan(2.98);
    }
  });

  it('lets a record take part once an epoch where batches are public, and in every step where they are full', () => {
    const open = digits.replace(/sampling: poisson.*/, 'sampling: public');
    expect(privacyOf(parse(open))?.events[0]).toMatchObject({ kind: 'gaussian', count: 14 });
    expect(privacyOf(parse(breastCancer))?.events[0]).toMatchObject({ kind: 'gaussian', count: 40 });
    expect(privacyOf(parse(digits))?.events[0]).toMatchObject({
      kind: 'sampled gaussian',
      rate: 96 / 1437,
      count: 196,
    });
  });

  it('makes room for samples, so that they hardly ever overflow, and counts it where they do', () => {
    const privacy = privacyOf(parse(digits));
    const expected = { north: 519, east: 462, south: 456 };
    for (const [owner, rows] of Object.entries(expected)) {
      const mean = (rows * 96) / 1437;
      expect(privacy?.capacities?.[owner]).toBeGreaterThan(mean + 4 * Math.sqrt(mean));
      expect(privacy?.capacities?.[owner]).toBeLessThan(mean + 7 * Math.sqrt(mean));
    }
    const [steps] = privacy?.events ?? [];
    expect(steps.kind === 'sampled gaussian' ? steps.overflow : 0).toBeGreaterThan(0);
  });

  it('is larger for a person with several records, whose test rows share the budget', () => {
    const [one, three] = [1, 3].map((person) =>
      privacyOf(parse(breastCancer.replace('person: 1', `person: ${person}`))),
    );
    expect(three?.noiseMultiplier).toBeGreaterThan(3 * (one?.noiseMultiplier ?? Number.NaN));
    expect(three?.countsMultiplier).toBeGreaterThan(3 * (one?.countsMultiplier ?? Number.NaN));
    const person = { records: 3, neighbours: 'add-or-remove' } as const;
    expect(epsilonOf(three?.events ?? [], 1e-4, person)).toBeLessThanOrEqual(3);
  });

  it('is the same at every node: it is part of the plan', () => {
    const [plan, again] = [jobPlan(parse(breastCancer)), jobPlan(parse(breastCancer))];
    expect(again).toEqual(plan);
    const multipliers = plan.phases.flatMap(({ ops }) =>
      ops.flatMap(({ op }) => (op.op === 'noise' ? [op.noiseMultiplier] : [])),
    );
    expect(new Set(multipliers).size).toBe(3);
  });
});

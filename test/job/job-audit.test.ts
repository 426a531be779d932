/** The audit section of a job: what it asks for, what the report says of it, and what an auditor does. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { mostAdvantage, mostEpsilon } from '../../src/audit/membership/privacy-allowance.ts';
import { chosenRecords } from '../../src/audit/models/chosen-records.ts';
import { trainPlainly } from '../../src/audit/models/plain-training.ts';
import { layerShapes } from '../../src/graph/mlp.ts';
import { plainTrainingOf, standardisedRecords } from '../../src/job/audit/audit-subject.ts';
import { parseJob } from '../../src/job/file/job-file.ts';
import { architectureOf, firstStepsPlan, jobPlan, twinPlan } from '../../src/job/file/task.ts';
import { auditOf } from '../../src/job/node/auditor.ts';
import { loadNodeConfig } from '../../src/job/node/node-config.ts';
import { allRecords } from '../../src/job/rehearsal/all-records.ts';
import { gateFindings, releaseInWords, releaseReport } from '../../src/job/report/release-report.ts';

const example = (name: string) => readFileSync(new URL(`../../examples/${name}.yaml`, import.meta.url), 'utf8');
const DIGITS = example('digits-mlp');
const PRIVATE = example('breast-cancer-private');
const gated = (content: string, audit: string) => content.replace(/^reveal:/m, `audit: ${audit}\nreveal:`);
const parse = (content: string) => parseJob(content, 'job.yaml');
const problemsOf = (content: string): string => {
  try {
    parse(content);
  } catch (error) {
    return ((error as { problems?: readonly string[] }).problems ?? [(error as Error).message]).join('\n');
  }
  return '';
};

describe('the file', () => {
  it('asks for a gate on shares, or for an auditor', () => {
    expect(parse(DIGITS).audit).toBeUndefined();
    expect(parse(gated(DIGITS, '{ maxMembershipAdvantage: 0.2 }')).audit).toEqual({ maxMembershipAdvantage: 0.2 });
    const audit = { maxMembershipAdvantage: 0.2, auditor: 'south' };
    expect(parse(gated(DIGITS, JSON.stringify(audit))).audit).toEqual(audit);
  });

  it.each([
    ['{ maxMembershipAdvantage: 1.5 }', 'a number above 0, up to 1'],
    ['{ maxMembershipAdvantage: 0 }', 'a number above 0, up to 1'],
    ['{}', 'audit.maxMembershipAdvantage'],
    ['{ maxMembershipAdvantage: 0.2, auditor: west }', "names 'west', which is no party"],
    ['{ maxMembershipAdvantage: 0.2, on: shares }', 'on'],
  ])('%s: %s', (audit, words) => {
    expect(problemsOf(gated(DIGITS, audit))).toContain(words);
  });

  it('needs rows to compare', () => {
    const none = DIGITS.replace(/test: 120/g, 'test: 0').replace(/ {2}metrics:\n( {4}.*\n)+/, '');
    expect(problemsOf(gated(none, '{ maxMembershipAdvantage: 0.2 }'))).toContain('needs test rows to compare with');
    const one = DIGITS.replace('train: 519, test: 120', 'train: 519, test: 0');
    expect(problemsOf(gated(one, '{ maxMembershipAdvantage: 0.2, auditor: north }'))).toContain(
      "names 'north', which must have training and test rows of its own",
    );
  });

  it('leaves a model that predicts a number to an auditor', () => {
    const linear = DIGITS.replace(/ {2}classes:.*\n/, '  target: [0, 9]\n')
      .replace('output: softmax', 'output: linear')
      .replace(/ {2}metrics:\n( {4}.*\n)+/, '');
    expect(problemsOf(gated(linear, '{ maxMembershipAdvantage: 0.2 }'))).toContain(
      'is audited by a party, not on shares',
    );
    expect(problemsOf(gated(linear, '{ maxMembershipAdvantage: 0.2, auditor: east }'))).toBe('');
  });

  it('takes a budget as the proof, and says which would do', () => {
    expect(problemsOf(gated(PRIVATE, '{ maxMembershipAdvantage: 0.95 }'))).toBe('');
    expect(problemsOf(gated(PRIVATE, '{ maxMembershipAdvantage: 0.95, auditor: east }'))).toContain('must be left out');
    const problem = problemsOf(gated(PRIVATE, '{ maxMembershipAdvantage: 0.2 }'));
    expect(problem).toContain('is exceeded by what privacy allows, 0.905');
    expect(problem).toContain('privacy.epsilon of at most 0.405 keeps it');
  });
});

describe('the largest ε for an advantage', () => {
  it.each([
    [0.2, 1e-4],
    [0.9, 1e-6],
    [0.01, 1e-5],
  ])('%d at δ = %d keeps it, and 1 % more does not', (advantage, delta) => {
    const epsilon = mostEpsilon(advantage, delta) ?? Number.NaN;
    expect(mostAdvantage({ epsilon, delta })).toBeLessThanOrEqual(advantage);
    expect(mostAdvantage({ epsilon: 1.02 * epsilon, delta })).toBeGreaterThan(advantage);
  });

  it('is none where δ alone leaves more', () => {
    expect(mostEpsilon(0.01, 0.02)).toBeUndefined();
  });
});

describe('the plan', () => {
  it('has the gate, but not of a budget, and not for the twins', () => {
    const job = parse(gated(DIGITS, '{ maxMembershipAdvantage: 0.2 }'));
    expect(jobPlan(job).release).toEqual({ maxAdvantage: 0.2, on: 'shares', members: 1437, others: 360 });
    expect(twinPlan(job).release).toBeUndefined();
    expect(firstStepsPlan(job, 2).release).toBeUndefined();
    expect(jobPlan(parse(gated(PRIVATE, '{ maxMembershipAdvantage: 0.95 }'))).release).toBeUndefined();
  });
});

describe('the report', () => {
  const job = parse(gated(DIGITS, '{ maxMembershipAdvantage: 0.2 }'));
  const counts = (...values: number[]) => Float64Array.from(values);
  const revealed = new Map([
    ['training rows by confidence', counts(1437, 1437, 1400, 1300, 1200, 1100, 900, 600)],
    ['test rows by confidence', counts(360, 360, 340, 310, 270, 240, 180, 90)],
  ]);

  it('has the evidence', () => {
    const report = releaseReport(job, gateFindings({ value: 0.168, upper: 0.26 }, revealed));
    expect(report).toMatchObject({ isReleased: false, by: 'shares', confidence: 0.95 });
    expect(report?.evidence?.[7]).toEqual({
      threshold: 0.99,
      truePositiveRate: 600 / 1437,
      falsePositiveRate: 90 / 360,
    });
    expect(report && releaseInWords(report)).toBe(
      'the model is withheld from all recipients: an attack counted on shares can reach an advantage of up to 26.0 % (measured 16.8 %), and the job allows 20.0 %',
    );
  });

  it('says whose word it is', () => {
    const audited = parse(gated(DIGITS, '{ maxMembershipAdvantage: 0.3, auditor: east }'));
    const report = releaseReport(audited, gateFindings({ value: 0.1, upper: 0.26 }, new Map()));
    expect(report).toMatchObject({ isReleased: true, by: 'auditor', auditor: 'east' });
    expect(report && releaseInWords(report)).toContain('the model is released: the attacks of the auditor, east, can');
  });

  it('has the proof of a budget, and nothing without a gate', () => {
    const report = releaseReport(parse(gated(PRIVATE, '{ maxMembershipAdvantage: 0.95 }')), undefined);
    expect(report).toMatchObject({ isReleased: true, by: 'budget' });
    expect(report?.advantage.upper).toBeCloseTo(mostAdvantage({ epsilon: 3, delta: 1e-4 }), 15);
    expect(releaseReport(parse(DIGITS), undefined)).toBeUndefined();
    // A dealer service learns the decision alone.
    expect(releaseReport(job, undefined)).toBeUndefined();
  });
});

describe('an auditor', () => {
  it('tells a model that has learnt its rows by heart from one that has seen none', async () => {
    const text = DIGITS.replace('epochs: 30', 'epochs: 2');
    const job = parse(gated(text, '{ maxMembershipAdvantage: 0.3, auditor: east }'));
    const configs = new Map(job.parties.map(({ name }) => [name, loadNodeConfig(`parties/${name}.yaml`, job.name)]));
    const { train: all, test } = (await allRecords(job, configs))[1];
    if (all === undefined || test === undefined) throw new Error('east has rows');
    const own = { train: chosenRecords(all, [...Array(60).keys()]), test };
    const { train } = standardisedRecords(job, own, new Map());
    const training = { ...plainTrainingOf(job), l2: 0, batch: 16 };
    const audited = (epochs: number, records = train) => {
      const layers = trainPlainly(architectureOf(job), { ...training, epochs }, records, 'model');
      const named = layers.flatMap(({ weights, bias }, i) => [
        [`audited weights ${i + 1}`, weights] as const,
        [`audited bias ${i + 1}`, bias] as const,
      ]);
      return auditOf(job, own, new Map(named), 'seed');
    };
    const nothing = await audited(0);
    // Each of three attacks is a Kolmogorov–Smirnov distance of 60 to 120 rows, above 0.31 once in 500.
    expect(nothing.value).toBeLessThan(0.31);
    expect(nothing.upper).toBeGreaterThan(nothing.value);
    const learnt = await audited(60);
    expect(learnt.value).toBeGreaterThan(0.31);
    expect(learnt.upper).toBeGreaterThan(nothing.upper);
  });

  it('attacks a convolution as well', async () => {
    const layers = 'input: [8, 8, 1], layers: [{ conv2d: { filters: 2, kernel: 4, stride: 4 } }, { activation: relu }]';
    const text = DIGITS.replace(/model:\n( {2}.*\n)+/, `model: { ${layers}, output: softmax }\n`);
    const job = parse(gated(text.replace('epochs: 30', 'epochs: 1'), '{ maxMembershipAdvantage: 0.3, auditor: east }'));
    const wave = (length: number) => Float64Array.from({ length }, (_, i) => Math.sin(i + 1) / 4);
    const rows = (count: number, by: number) => ({
      ...{ features: wave(count * 64).map((x) => 8 + 32 * by * x), rows: count, columns: 64 },
      labels: Float64Array.from({ length: count }, (_, i) => i % 10),
    });
    const own = { train: rows(40, 1), test: rows(40, -1) };
    const model = new Map(
      layerShapes(architectureOf(job)).flatMap(({ rows, cols }, i) => [
        [`audited weights ${i + 1}`, wave(rows * cols)] as const,
        [`audited bias ${i + 1}`, new Float64Array(cols)] as const,
      ]),
    );
    const { value, upper } = await auditOf(job, own, model, 'seed');
    expect(value).toBeGreaterThanOrEqual(0);
    expect(upper).toBeGreaterThan(value);
  });
});

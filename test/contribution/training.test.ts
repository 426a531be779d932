/** A job with contributors trains what it would train if a party had their rows. */
import { describe, expect, it } from 'vitest';
import { trainLocally } from '../../src/job/rehearsal/train-locally.ts';
import { TRUST } from '../protocol/harness.ts';
import { CLINICS, dataOf, describedJob, inTrust, jobWith, PARTIES } from './clinics.ts';

const everybody = Object.fromEntries([...PARTIES, ...CLINICS].map((name) => [name, dataOf(name)]));

/** The same rows, those of contributors behind those of south. */
function atSouth() {
  const [north, east] = [dataOf('north'), dataOf('east')];
  const south = (['south', ...CLINICS] as const).map(dataOf);
  return {
    north,
    east,
    south: { train: south.flatMap(({ train }) => train), test: south.flatMap(({ test = [] }) => test) },
  };
}

describe.each(TRUST)('in %s', (trust) => {
  it('gives the model of the same job with all rows at parties', async () => {
    const contributed = await trainLocally(inTrust(trust), { data: everybody, compare: true }).result;
    const { parties, contributors = [], ...rest } = describedJob({ trust });
    const [north, east, south] = parties;
    const more = (kind: 'train' | 'test') => contributors.reduce((sum, each) => sum + (each[kind] ?? 0), 0);
    const held = { ...south, train: south.train + more('train'), test: south.test + more('test') };
    const { contributors: _, ...alone } = jobWith({ ...rest, parties: [north, east, held] });
    const whole = await trainLocally(alone, { data: atSouth(), compare: true }).result;

    // All rows are in each step, so that both runs take the same steps but for the rounding.
    const weights = ({ model }: typeof whole) => (model?.type === 'logistic' ? model.weights : []);
    const parity = contributed.report.parity;
    expect(weights(contributed)).toHaveLength(3);
    weights(contributed).forEach((weight, i) => {
      const other = weights(whole)[i] ?? Number.NaN;
      expect(Math.abs(weight - other)).toBeLessThan(0.01 * Math.max(1, Math.abs(other)));
    });
    expect(contributed.report.quality.test.accuracy).toBe(contributed.report.quality.plaintext?.accuracy);
    expect(parity).toBeDefined();

    const { report } = contributed;
    expect(report.contributors).toEqual([
      { name: 'clinic', train: 33, test: 11, validation: 0 },
      { name: 'practice', train: 17, test: 0, validation: 0 },
    ]);
    expect(report.cost.counted).toEqual(report.cost.planned);
    expect(report.openings.map(({ owners }) => owners)).toContainEqual({
      north: 0,
      east: 20,
      south: 20,
      clinic: 11,
      practice: 0,
    });
  });

  it('holds every row of contributors out once with folds, and leaves out rows without a value where the job says so', async () => {
    const { parties, contributors = [], data } = describedJob();
    const untested = <T extends object>(owner: T) => ({ ...owner, test: 0 });
    const job = jobWith({
      trust,
      parties: parties.map(untested) as unknown as typeof parties,
      contributors: contributors.map(untested),
      data: { ...data, features: { ...data.features, age: { range: [0, 120], missing: 'drop' } } },
      training: { epochs: 3, batch: 50, learningRate: 1, folds: 3 },
      reveal: { metrics: { accuracy: PARTIES.slice() } },
    });
    const given = Object.fromEntries([...PARTIES, ...CLINICS].map((name) => [name, { train: dataOf(name).train }]));
    const [first] = given.clinic.train;
    const withMissing = { ...given, clinic: { train: [{ ...first, age: '' }, ...given.clinic.train] } };
    const { report } = await trainLocally(job, { data: withMissing, compare: true }).result;
    expect(report.folds?.rows.reduce((sum, rows) => sum + rows, 0)).toBe(140);
    expect(report.quality.test.accuracy).toBe(report.quality.plaintext?.accuracy);
    expect(report.cost.counted).toEqual(report.cost.planned);
  });

  it('weighs rows of contributors by their class, in batches of some rows', async () => {
    const job = jobWith({
      trust,
      training: { epochs: 3, batch: 28, learningRate: 1, classWeights: { 0: 1, 1: 2 } },
    });
    const { report } = await trainLocally(job, { data: everybody, compare: true }).result;
    expect(report.quality.test.accuracy).toBe(report.quality.plaintext?.accuracy);
    expect(report.cost.counted).toEqual(report.cost.planned);
  });
});

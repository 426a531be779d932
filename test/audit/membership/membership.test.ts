/** Membership attacks on small networks: an overfitted one gives its records away, one that never saw them does not. */
import { describe, expect, it } from 'vitest';
import { mostExposed } from '../../../src/audit/membership/exposure.ts';
import { attackModel, attackTraining } from '../../../src/audit/membership/membership.ts';
import type { Train } from '../../../src/audit/membership/shadow-models.ts';
import { chosenRecords, flagged } from '../../../src/audit/models/chosen-records.ts';
import { Draws } from '../../../src/audit/models/draws.ts';
import { initialParameters } from '../../../src/audit/models/network.ts';
import { type PlainTraining, trainPlainly } from '../../../src/audit/models/plain-training.ts';
import { clouds, SMALL } from '../statistics/clouds.ts';

const OVERFITTED: PlainTraining = {
  ...{ epochs: 150, batch: 8, l2: 0, optimiser: { type: 'sgd' }, initial: 'he' },
  learningRate: { schedule: 'constant', initial: 0.3 },
};
const POOL = clouds(80, 0.3, 'pool');
const train: Train = (records, seed) => trainPlainly(SMALL, OVERFITTED, records, seed);
const shadowing = (by: Train) => ({ architecture: SMALL, train: by, models: 12, seed: 'shadows' });

describe('a training', () => {
  it('that learns its records by heart is found out', async () => {
    const seen: number[] = [];
    const { report, scores } = await attackTraining(
      POOL,
      { ...shadowing(train), onTrained: (done) => seen.push(done) },
      6,
    );
    expect(seen).toEqual([...Array.from({ length: 12 }, (_, i) => i + 1), 1, 2, 3, 4, 5, 6]);
    expect(report.results.map(({ attack }) => attack)).toEqual(['loss threshold', 'LiRA online', 'LiRA offline']);
    for (const { score } of report.results) {
      expect(score.members + score.nonMembers).toBe(6 * POOL.rows);
      expect(score.auc.lower).toBeGreaterThan(0.55);
    }
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    expect(await attackTraining(POOL, shadowing(train), 6)).toEqual({ report, scores });
  });

  it('that never sees them is not, but for as many intervals as may miss', async () => {
    // Networks with random weights, whatever the records.
    const random: Train = (_, seed) => initialParameters(SMALL, 'he', new Draws(seed, 'random'));
    const games = 100;
    const covered: boolean[][] = [];
    for (let game = 0; game < games; game++) {
      const { report } = await attackTraining(POOL, { ...shadowing(random), seed: `game ${game}` }, 8);
      covered.push(report.results.map(({ score: { auc } }) => auc.lower <= 0.5 && auc.upper >= 0.5));
    }
    // Of 100 intervals at 95 %, fewer than 83 cover with a probability of 2e-6.
    [0, 1, 2].forEach((attack) => {
      expect(covered.filter((of) => of[attack]).length).toBeGreaterThanOrEqual(83);
    });
  });

  it('of a model that predicts a number is attacked by its loss alone, which needs no shadow model', async () => {
    const seen: number[] = [];
    const linear = { ...SMALL, output: 'linear', outputs: 1 } as const;
    const fit: Train = (records, seed) => trainPlainly(linear, { ...OVERFITTED, epochs: 20 }, records, seed);
    const onTrained = (done: number) => seen.push(done);
    const { report } = await attackTraining(POOL, { ...shadowing(fit), architecture: linear, onTrained }, 3);
    expect(report.results.map(({ attack }) => attack)).toEqual(['loss threshold']);
    expect(seen).toEqual([1, 2, 3]);
  });

  it('has shadow models in pairs', async () => {
    await expect(attackTraining(POOL, { ...shadowing(train), models: 2 }, 1)).rejects.toThrow('pairs');
    await expect(attackTraining(POOL, { ...shadowing(train), models: 7 }, 1)).rejects.toThrow('pairs');
  });
});

describe('one model', async () => {
  const draws = new Draws('target', 'members');
  const isMember = Uint8Array.from({ length: POOL.rows }, () => Number(draws.coin()));
  const { report, scores } = await attackModel(
    train(chosenRecords(POOL, flagged(isMember)), 'target'),
    POOL,
    isMember,
    shadowing(train),
  );
  const online = scores['LiRA online'] ?? new Float64Array();
  const owned = [
    { owner: 'north', first: 0, rows: 30 },
    { owner: 'east', first: 30, rows: 20 },
    { owner: 'north', first: 50, rows: 30 },
  ];

  it('gives the same scores to all who ask, and names nobody', () => {
    for (const { attack, score } of report.results) {
      expect(scores[attack]?.length).toBe(POOL.rows);
      expect(score.auc.value, attack).toBeGreaterThan(0.6);
    }
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  it('tells an owner which of its own records are found first', () => {
    const found = mostExposed('north', owned, online, isMember, 5);
    expect(found.length).toBe(5);
    const at = found.map(({ row }) => (row < 30 ? row : row + 20));
    expect(at.every((i) => isMember[i] === 1)).toBe(true);
    expect(found.map(({ score }) => score)).toEqual(at.map((i) => online[i]));
    const rates = found.map(({ falsePositiveRate }) => falsePositiveRate);
    expect(rates).toEqual(rates.toSorted((a, b) => a - b));
    const ofNorth = [...isMember.keys()].filter((i) => isMember[i] === 1 && (i < 30 || i >= 50));
    expect(found[0].score).toBe(Math.max(...ofNorth.map((i) => online[i])));
    expect(mostExposed('east', owned, online, isMember, 99).length).toBe(
      isMember.subarray(30, 50).reduce((sum, bit) => sum + bit, 0),
    );
  });

  it('tells nothing to who owns none', () => {
    expect(() => mostExposed('south', owned, online, isMember, 5)).toThrow(
      expect.objectContaining({ code: 'TREFOIL_AUDIT' }),
    );
  });
});

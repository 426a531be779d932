/** An audit's report of made-up figures: of pictures or of a table, as good or bad as a test wants it. */

import type { MembershipReport } from '../../../src/audit/membership/membership.ts';
import { Draws } from '../../../src/audit/models/draws.ts';
import type { Adversary, AuditReport, ReconstructionResult, System } from '../../../src/audit/report/audit-report.ts';
import { rateEstimate } from '../../../src/audit/statistics/clopper-pearson.ts';
import { membershipScore } from '../../../src/audit/statistics/roc.ts';

const draws = new Draws('report', 'fixture');
const numbers = (count: number, value: () => number) => Array.from({ length: count }, value);

const figures = (found: number, of: number) => ({
  recognised: rateEstimate(found, of, 0.95),
  exact: rateEstimate(Math.floor(found / 2), of, 0.95),
  ...{ meanPsnr: 20 + found, meanSsim: found / of, featureError: 0.25 },
});

export function rebuilt(
  facts: { adversary: Adversary; system: System; attack: string; batch: number; found: number },
  pixels = 64,
): ReconstructionResult {
  const { found, ...rest } = facts;
  return {
    ...{ ...rest, method: `How ${facts.attack} works.`, limits: ['It knows the network.'], batches: 3 },
    score: figures(found, 3 * facts.batch),
    baselines: [{ name: 'the mean record', score: figures(0, 3 * facts.batch) }],
    examples: [
      {
        original: numbers(pixels, () => draws.uniform()),
        reconstruction: numbers(pixels, () => draws.uniform()),
        psnr: 12,
      },
      { original: numbers(pixels, () => draws.uniform()), psnr: 0 },
    ],
  };
}

function membership(shift: number): MembershipReport {
  const scores = (mean: number) => Float64Array.from({ length: 400 }, () => mean + draws.gaussian());
  const results = (['loss threshold', 'LiRA online', 'LiRA offline'] as const).map((attack, i) => ({
    ...{ attack, method: `How ${attack} works.` },
    score: membershipScore(scores((i + 1) * shift), scores(0)),
  }));
  return { seed: 'fixture', shadowModels: 16, targets: 4, results, limits: ['A low result proves nothing.'] };
}

export function madeUpReport(): AuditReport {
  const server = { adversary: 'server', system: 'federated', attack: 'inverting a FedSGD update' } as const;
  const node = { adversary: 'node', system: 'trefoil', attack: 'federated attack on the view of east' } as const;
  return {
    ...{ format: 'trefoil-audit', version: 1, created: '2026-11-24T05:00:00.000Z', trefoil: '0.1.0' },
    job: { name: 'digits-mlp', digest: 'ab'.repeat(32), trust: 'honest-majority', model: 'a network 64-32-10' },
    ...{ seed: 'seed of the fixture', isQuick: true, seconds: { 'membership attacks': 12.34 } },
    reconstruction: {
      seed: 'fixture',
      picture: { rows: 8, columns: 8 },
      featureNames: numbers(64, () => 0).map((_, i) => `pixel_${i}`),
      ...{ range: [0, 1], recognisable: 25 },
      results: [
        rebuilt({ ...server, batch: 1, found: 3 }),
        rebuilt({ ...server, batch: 8, found: 14 }),
        rebuilt({ ...server, batch: 32, found: 0 }),
        rebuilt({
          adversary: 'malicious server',
          system: 'federated',
          attack: 'planted weights',
          batch: 32,
          found: 90,
        }),
        rebuilt({ adversary: 'participant', system: 'federated', attack: 'differencing', batch: 8, found: 20 }),
      ],
      curves: [
        {
          ...server,
          points: [1, 8, 32].map((batch) => ({ batch, recognised: rateEstimate(batch === 32 ? 0 : 1, batch, 0.95) })),
        },
      ],
    },
    views: {
      ...{ method: 'Real runs were recorded.', limits: ['Times are not.'] },
      uniformity: [
        { view: 'north, who deals', values: 0, tests: 0, failed: [], falseAlarm: 1e-6 },
        { view: 'east', values: 1_234_567, tests: 600, failed: [], falseAlarm: 1e-6 },
      ],
      twoWorlds: [{ view: 'east', pairs: 200, advantage: { value: 0.02, lower: -0.15, upper: 0.19 } }],
      attacks: [rebuilt({ ...node, batch: 4, found: 0 })],
    },
    membership: [
      { system: 'trefoil', limits: ['No early stopping.'], report: membership(0.6), released: membership(0.5) },
      {
        ...{ system: 'trefoilPrivate', limits: [], report: membership(0.05) },
        allowed: { epsilon: 0.78, delta: 1e-4, advantage: 0.372, isSupposed: true },
        epsilon: [{ how: 'canaries', lower: 0.11, upper: 0.78, delta: 1e-4, confidence: 0.95, holds: true }],
      },
    ],
  };
}

/** The same of a table of three features. */
export function reportOfTable(): AuditReport {
  const report = madeUpReport();
  const { picture, ...reconstruction } = report.reconstruction;
  const cut = (result: ReconstructionResult): ReconstructionResult => ({
    ...result,
    examples: result.examples.map(({ original, reconstruction: found, psnr }) => ({
      ...{ original: original.slice(0, 3), psnr },
      ...(found === undefined ? {} : { reconstruction: found.slice(0, 3) }),
    })),
  });
  return {
    ...report,
    reconstruction: {
      ...reconstruction,
      featureNames: ['age', 'radius', 'texture'],
      results: reconstruction.results.map(cut),
    },
    views: { ...report.views, attacks: report.views.attacks.map(cut) },
  };
}

/** What an audit of a job's noise takes, without its records. */
import { auditedBudget } from '../../src/job/audit/audited-budget.ts';
import type { NoiseSetting } from '../../src/job/audit/audited-noise.ts';
import { loadJob } from '../../src/job/file/job-file.ts';
import { architectureOf } from '../../src/job/file/task.ts';
import type { TrustMode } from '../../src/plan/plan.ts';
import type { Slices } from '../../src/slices.ts';

/** In place of the noise that a party adds. */
export function* nothing(): Slices {
  yield;
}

export function noiseSetting(example: string, trust: TrustMode, seed: string): NoiseSetting {
  const job = loadJob(`examples/${example}.yaml`, trust);
  const range = [job.data.standardise === 'range-to-unit' ? 0 : -job.data.clip, job.data.clip] as const;
  const subject = { architecture: architectureOf(job), owners: [], range, featureNames: [] };
  return { job, subject, budget: auditedBudget(job), seed, confidence: 0.98 };
}

/** The same with a part of the noise that is accounted for, in the trainings in float64. */
export const withPartOfNoise = (setting: NoiseSetting, part: number): NoiseSetting => {
  const { budget } = setting;
  const noise = { ...budget.noise, noiseMultiplier: part * budget.noise.noiseMultiplier };
  return { ...setting, budget: { ...budget, noise } };
};

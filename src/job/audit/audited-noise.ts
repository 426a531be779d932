/**
 * Whether trainings have the noise that is accounted for: canaries at their worst, in the job's training in float64 and in the program itself.
 * @module
 */
import { auditLoneFeatures, type LoneFeatures } from '../../audit/membership/lone-features.ts';
import { Draws } from '../../audit/models/draws.ts';
import { initialParameters } from '../../audit/models/network.ts';
import { type PrivateTraining, trainPrivately } from '../../audit/models/private-training.ts';
import type { EpsilonBound } from '../../audit/report/audit-report.ts';
import { TrefoilError } from '../../errors.ts';
import { classCount } from '../../graph/mlp.ts';
import type { PrivacyBudget } from '../../privacy/accounting/calibration.ts';
import type { Job } from '../file/job.ts';
import { type AuditSubject, privateTrainingOf } from './audit-subject.ts';
import { type AuditedBudget, auditedBudget } from './audited-budget.ts';
import { canariesOfJob, canaryJob, canaryTraining } from './canary-job.ts';

export interface NoiseSetting {
  readonly job: Job;
  readonly subject: AuditSubject;
  readonly budget: AuditedBudget;
  readonly seed: string;
  readonly confidence: number;
}

export interface NoiseFindings {
  readonly epsilon: readonly EpsilonBound[];
  readonly limits: readonly string[];
}

/** A training in float64 takes longer with more. */
const MOST_CANARIES = 256;
/** The steps that each canary is in, by expectation. All but one canary in a thousand are then in at least one. */
const SURELY_USED = 7;

export async function auditedNoise(setting: NoiseSetting): Promise<NoiseFindings> {
  const { job, subject, budget } = setting;
  const inFloat64 = await bounded(setting, {
    how: 'trainings of the job in float64',
    budget: budget.budget,
    ...floatTraining(subject, privateTrainingOf(job, budget.privacy, budget.noise)),
  });
  return joined([inFloat64, await ofProgram(setting)]);
}

async function ofProgram(setting: NoiseSetting): Promise<NoiseFindings> {
  const cut = canaryJob(setting.job, setting.budget.privacy);
  try {
    return await bounded(setting, {
      how: 'trainings on shares, by the program itself with the noise of the same budget for few rows',
      ...{ budget: auditedBudget(cut).budget, canaries: canariesOfJob(cut), isEveryOneUsed: true },
      train: canaryTraining(cut),
    });
  } catch (error) {
    // A network of unusual numbers may have no plan for so few rows, or leave its range there.
    if (!(error instanceof TrefoilError) || !NOT_TRAINED.includes(error.code)) throw error;
    return { epsilon: [], limits: [`The noise of the program itself was not measured by canaries: ${error.message}.`] };
  }
}

const NOT_TRAINED: readonly string[] = ['TREFOIL_PLAN', 'TREFOIL_RANGE'];

const joined = (findings: readonly NoiseFindings[]): NoiseFindings => ({
  epsilon: findings.flatMap(({ epsilon }) => epsilon),
  limits: findings.flatMap(({ limits }) => limits),
});

interface Trained extends Pick<LoneFeatures, 'canaries' | 'isEveryOneUsed' | 'train'> {
  readonly how: string;
  readonly budget: PrivacyBudget;
}

async function bounded({ seed, confidence }: NoiseSetting, trained: Trained): Promise<NoiseFindings> {
  const { how, budget, ...training } = trained;
  const level = { delta: budget.delta, confidence };
  const found = await auditLoneFeatures({ ...training, level, accounted: budget.epsilon, seed: `${seed}, ${how}` });
  if (found === undefined) {
    const limit = `An ε of ${budget.epsilon.toFixed(2)} is too large for canaries to contradict it in ${how}.`;
    return { epsilon: [], limits: [limit] };
  }
  const bound: EpsilonBound = {
    how: `${found.coins} canaries with a feature of their own, each in or not by a coin, in ${how}: a proof`,
    ...{ lower: found.lowerBound, upper: budget.epsilon, ...level, holds: found.lowerBound <= budget.epsilon },
  };
  return { epsilon: [bound], limits: [] };
}

/** The rate of sampling is that of the job, so a canary is in as many steps as a record of the job. */
function floatTraining(
  { architecture, range }: AuditSubject,
  training: PrivateTraining,
): Pick<LoneFeatures, 'canaries' | 'isEveryOneUsed' | 'train'> {
  const { inputs } = architecture;
  const canaries = Math.min(MOST_CANARIES, inputs);
  const classes = classCount(architecture);
  return {
    canaries,
    isEveryOneUsed: typeof training.sampling !== 'number' || training.epochs >= SURELY_USED,
    train: async (included, seed) => {
      const train = (chosen: readonly number[], { noiseMultiplier }: Pick<PrivateTraining, 'noiseMultiplier'>) => {
        const features = new Float64Array(chosen.length * inputs);
        for (const [row, canary] of chosen.entries()) features[row * inputs + canary] = range[1];
        const labels = Float64Array.from(chosen, (canary) => 1 + (canary % (classes - 1)));
        const records = { features, labels, rows: chosen.length, columns: inputs };
        return trainPrivately(architecture, { ...training, noiseMultiplier }, records, seed);
      };
      const all = [...included.keys()];
      return {
        initial: initialParameters(architecture, training.initial, new Draws(seed, 'initial parameters')),
        trained: train(
          all.filter((canary) => included[canary] === 1),
          training,
        ),
        expected: train(all, { noiseMultiplier: 0 }),
      };
    },
  };
}

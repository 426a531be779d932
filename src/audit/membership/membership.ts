/**
 * Membership inference by queries, all attacks: on one released model, or on a training, by attacking many of its models.
 * @module
 */
import type { Records } from '../../data/records.ts';
import { invariant } from '../../errors.ts';
import type { Architecture } from '../../graph/mlp.ts';
import { chosenRecords, flagged } from '../models/chosen-records.ts';
import { Draws } from '../models/draws.ts';
import { logitsOf, type Parameters } from '../models/network.ts';
import { type MembershipScore, membershipScore } from '../statistics/roc.ts';
import { scaledConfidences } from './confidence.ts';
import { likelihoodRatios, MODELS_FOR_OWN_VARIANCE, type ShadowAnswers } from './likelihood-ratio.ts';
import { lossScores } from './loss-threshold.ts';
import { type Shadowing, shadowModels } from './shadow-models.ts';

export type AttackName = 'loss threshold' | 'LiRA online' | 'LiRA offline';

/** Plain data, in which no record has a name. */
export interface MembershipResult {
  readonly attack: AttackName;
  readonly method: string;
  readonly score: MembershipScore;
}

export interface MembershipReport {
  readonly seed: string;
  readonly shadowModels: number;
  /** Models that were attacked. */
  readonly targets: number;
  readonly results: readonly MembershipResult[];
  readonly limits: readonly string[];
}

export type AttackScores = Readonly<Record<AttackName, Float64Array>>;

const NAMES = ['loss threshold', 'LiRA online', 'LiRA offline'] as const;

const LIMITS = [
  'A low result shows that these attacks failed, not that none succeeds: an adversary with more shadow models, or one that sees the training, can do better.',
  'Shadow models are trained on halves of the same records, and know the architecture and the settings of the training: an outsider has records that are only similar.',
  'Intervals take records as independent of each other, given the model.',
];
const SEVERAL_TARGETS =
  'Each record is scored once for each attacked model: what is found is true of these records and shadow models.';

const CONFIDENCE = 0.95;

/**
 * Attacks one model with all attacks. The scores of the records are for their owners alone (`exposure.ts`); the report has none of them.
 * `pool` is what is asked for: records of the training and others like them.
 */
export function attackModel(
  target: Parameters,
  pool: Records,
  isMember: Uint8Array,
  shadowing: Shadowing,
): { readonly report: MembershipReport; readonly scores: AttackScores } {
  invariant(isMember.length === pool.rows, 'every record is a member or not');
  const { architecture, models, seed } = shadowing;
  const logits = logitsOf(architecture, target, pool);
  const shadows = shadowModels(pool, shadowing);
  const scores = scoresOf(architecture, logits, pool, shadows);
  const results = resultsOf([scores], [isMember], models);
  return { scores, report: { seed, shadowModels: models, targets: 1, results, limits: LIMITS } };
}

/**
 * Attacks a training: so many of its models, each on a half of the pool by coins of its own, with the same shadow models. So a few records give as many
 * answers as low false-positive rates need, and no target knows of another. (Were each model shadow of the others and target in turn, which takes half of the
 * trainings, the answers would depend on each other: intervals of 95 % were seen to cover 86 %.)
 */
export function attackTraining(pool: Records, shadowing: Shadowing, targets: number): MembershipReport {
  const { architecture, train, models, seed, onTrained } = shadowing;
  const done = (trained: number) => onTrained?.(trained, models + targets);
  const shadows = shadowModels(pool, { ...shadowing, onTrained: done });
  const coins = new Draws(seed, 'targets');
  const attacked = Array.from({ length: targets }, (_, target) => {
    const isMember = Uint8Array.from({ length: pool.rows }, () => Number(coins.coin()));
    const parameters = train(chosenRecords(pool, flagged(isMember)), `${seed}, target ${target + 1}`);
    done(models + target + 1);
    return { isMember, scores: scoresOf(architecture, logitsOf(architecture, parameters, pool), pool, shadows) };
  });
  const results = resultsOf(
    attacked.map(({ scores }) => scores),
    attacked.map(({ isMember }) => isMember),
    models,
  );
  return { seed, shadowModels: models, targets, results, limits: [...LIMITS, SEVERAL_TARGETS] };
}

function scoresOf(
  architecture: Architecture,
  logits: Float64Array,
  pool: Records,
  shadows: ShadowAnswers,
): AttackScores {
  const confidences = scaledConfidences(architecture, logits, pool.labels);
  return {
    'loss threshold': lossScores(architecture, logits, pool.labels),
    'LiRA online': likelihoodRatios(confidences, shadows, 'online'),
    'LiRA offline': likelihoodRatios(confidences, shadows, 'offline'),
  };
}

/** The scores of all targets together. */
function resultsOf(
  scores: readonly AttackScores[],
  isMember: readonly Uint8Array[],
  shadows: number,
): MembershipResult[] {
  return NAMES.map((attack) => {
    const where = (membership: number) =>
      Float64Array.from(
        scores.flatMap((of, target) => [...of[attack]].filter((_, i) => isMember[target][i] === membership)),
      );
    return { attack, method: methodOf(attack, shadows), score: membershipScore(where(1), where(0), CONFIDENCE) };
  });
}

function methodOf(attack: AttackName, shadows: number): string {
  const spread =
    shadows < MODELS_FOR_OWN_VARIANCE ? 'one variance for all records' : 'a variance of its own for each record';
  switch (attack) {
    case 'loss threshold':
      return 'A record on which the model has a small loss is taken for a member (Yeom et al. 2018).';
    case 'LiRA online':
      return `How much better the confidence fits shadow models with the record than those without it (Carlini et al. 2022, online): ${shadows} shadow models, ${spread}.`;
    case 'LiRA offline':
      return `How far the confidence lies above that of shadow models without the record (Carlini et al. 2022, offline): half of ${shadows} shadow models, ${spread}.`;
  }
}

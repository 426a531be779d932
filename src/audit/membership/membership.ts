/**
 * Membership inference by queries, all attacks: on one released model, or on a training, by attacking many of its models.
 * @module
 */
import { setImmediate } from 'node:timers/promises';
import type { Records } from '../../data/records.ts';
import { invariant } from '../../errors.ts';
import type { Architecture } from '../../graph/mlp.ts';
import { OUTPUTS } from '../../graph/output.ts';
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

/** Scores of each record, by every attack that applies to the model. */
export type AttackScores = { readonly 'loss threshold': Float64Array } & Readonly<
  Partial<Record<AttackName, Float64Array>>
>;

/** What an attack gave to the members and to the others of all attacked models. */
export interface PooledScores {
  readonly attack: AttackName;
  readonly members: Float64Array;
  readonly nonMembers: Float64Array;
}

const LOSS_ALONE = ['loss threshold'] as const;
const ALL_ATTACKS = ['loss threshold', 'LiRA online', 'LiRA offline'] as const;

const LIMITS = [
  'A low result shows that these attacks failed, not that none succeeds: an adversary with more shadow models, or one that sees the training, can do better.',
  'Shadow models are trained on halves of the same records, and know the architecture and the settings of the training: an outsider has records that are only similar.',
  'Intervals take records as independent of each other, given the model.',
];
const SEVERAL_TARGETS =
  'Each record is scored once for each attacked model: what is found is true of these records and shadow models.';

const CONFIDENCE = 0.95;

/** A number has no confidence, so that the loss is all that there is to look at. */
export const attacksOn = ({ output }: Pick<Architecture, 'output'>): readonly AttackName[] =>
  OUTPUTS[output].isClass ? ALL_ATTACKS : LOSS_ALONE;

/**
 * Attacks one model with all attacks. The scores of the records are for their owners alone (`exposure.ts`); the report has none of them.
 * `pool` is what is asked for: records of the training and others like them; `known` shadow models were trained on it before, if any were.
 */
export async function attackModel(
  target: Parameters,
  pool: Records,
  isMember: Uint8Array,
  shadowing: Shadowing,
  known?: ShadowAnswers,
): Promise<{ readonly report: MembershipReport; readonly scores: AttackScores }> {
  invariant(isMember.length === pool.rows, 'every record is a member or not');
  const { architecture, models, seed } = shadowing;
  const shadows = known ?? (await shadowsFor(pool, shadowing));
  const scores = scoresOf(architecture, logitsOf(architecture, target, pool), pool, shadows);
  const pooled = pooledScores(architecture, [{ isMember, scores }]);
  const results = resultsOf(pooled, models);
  return { scores, report: { seed, shadowModels: models, targets: 1, results, limits: LIMITS } };
}

/**
 * Attacks a training: so many of its models, each on a half of the pool by coins of its own, with the same shadow models. So a few records give as many
 * answers as low false-positive rates need, and no target knows of another. (Were each model shadow of the others and target in turn, which takes half of the
 * trainings, the answers would depend on each other: intervals of 95 % were seen to cover 86 %.)
 */
export async function attackTraining(
  pool: Records,
  shadowing: Shadowing,
  targets: number,
  known?: ShadowAnswers,
): Promise<{ readonly report: MembershipReport; readonly scores: readonly PooledScores[] }> {
  const { architecture, train, models, seed, onTrained } = shadowing;
  const shadows = known ?? (await shadowsFor(pool, shadowing));
  const coins = new Draws(seed, 'targets');
  const attacked: Attacked[] = [];
  for (let target = 0; target < targets; target++) {
    const isMember = Uint8Array.from({ length: pool.rows }, () => Number(coins.coin()));
    const parameters = train(chosenRecords(pool, flagged(isMember)), `${seed}, target ${target + 1}`);
    onTrained?.(target + 1, targets);
    attacked.push({
      isMember,
      scores: scoresOf(architecture, logitsOf(architecture, parameters, pool), pool, shadows),
    });
    await setImmediate();
  }
  const scores = pooledScores(architecture, attacked);
  const results = resultsOf(scores, models);
  return { scores, report: { seed, shadowModels: models, targets, results, limits: [...LIMITS, SEVERAL_TARGETS] } };
}

const shadowsFor = async (pool: Records, shadowing: Shadowing): Promise<ShadowAnswers | undefined> =>
  attacksOn(shadowing.architecture).length === 1 ? undefined : shadowModels(pool, shadowing);

function scoresOf(
  architecture: Architecture,
  logits: Float64Array,
  pool: Records,
  shadows: ShadowAnswers | undefined,
): AttackScores {
  const loss = lossScores(architecture, logits, pool.labels);
  if (shadows === undefined) return { 'loss threshold': loss };
  const confidences = scaledConfidences(architecture, logits, pool.labels);
  return {
    'loss threshold': loss,
    'LiRA online': likelihoodRatios(confidences, shadows, 'online'),
    'LiRA offline': likelihoodRatios(confidences, shadows, 'offline'),
  };
}

interface Attacked {
  readonly isMember: Uint8Array;
  readonly scores: AttackScores;
}

/** The scores of all targets together. */
function pooledScores(architecture: Architecture, attacked: readonly Attacked[]): PooledScores[] {
  return attacksOn(architecture).map((attack) => {
    const where = (membership: number) =>
      Float64Array.from(
        attacked.flatMap(({ scores, isMember }) => [
          ...(scores[attack]?.filter((_, i) => isMember[i] === membership) ?? []),
        ]),
      );
    return { attack, members: where(1), nonMembers: where(0) };
  });
}

const resultsOf = (scores: readonly PooledScores[], shadows: number): MembershipResult[] =>
  scores.map(({ attack, members, nonMembers }) => ({
    attack,
    method: methodOf(attack, shadows),
    score: membershipScore(members, nonMembers, CONFIDENCE),
  }));

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

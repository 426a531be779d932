/**
 * Membership attacks on the models of a job: on the one that a Trefoil run has released, and on many that are trained alike.
 * @module
 */
import { auditOneRun, canariesOf } from '../../audit/membership/canaries.ts';
import { epsilonLowerBoundOfScores } from '../../audit/membership/epsilon-lower-bound.ts';
import { type ExposedRecord, mostExposed, type OwnedRows } from '../../audit/membership/exposure.ts';
import { attackModel, attacksOn, attackTraining, type PooledScores } from '../../audit/membership/membership.ts';
import { mostAdvantage } from '../../audit/membership/privacy-allowance.ts';
import { type Shadowing, shadowModels, type Train } from '../../audit/membership/shadow-models.ts';
import { firstRecords, joinedRecords } from '../../audit/models/chosen-records.ts';
import { Draws } from '../../audit/models/draws.ts';
import type { Parameters } from '../../audit/models/network.ts';
import { trainPlainly } from '../../audit/models/plain-training.ts';
import { trainPrivately } from '../../audit/models/private-training.ts';
import type { EpsilonBound, MembershipOfSystem } from '../../audit/report/audit-report.ts';
import type { Records } from '../../data/records.ts';
import { unclippedLayers } from '../../graph/layers/clipping.ts';
import type { Job } from '../file/job.ts';
import { type AuditSubject, plainTrainingOf, privateTrainingOf } from './audit-subject.ts';
import type { AuditedBudget } from './audited-budget.ts';
import { auditedNoise } from './audited-noise.ts';

export interface MembershipSetting {
  readonly job: Job;
  readonly subject: AuditSubject;
  readonly budget: AuditedBudget;
  /** The model that a Trefoil run of the job has released. */
  readonly released?: Parameters;
  readonly seed: string;
  readonly isQuick: boolean;
  /** Models that are trained, and in all. */
  readonly onTrained: (done: number, of: number) => void;
}

export interface MembershipFindings {
  readonly systems: readonly MembershipOfSystem[];
  /** Of the released model, and for each owner alone. */
  readonly exposed: ReadonlyMap<string, readonly ExposedRecord[]>;
}

/** Records that are asked for, of all owners together: the time of an audit grows with them. */
const MOST_RECORDS = 2000;
const FULL = { shadows: 64, targets: 32 };
const QUICK = { shadows: 16, targets: 4 };
const EXPOSED = 10;
const MOST_CANARIES = 256;
const CONFIDENCE = 0.95;
/** More, since this bound is the one that comes near the accountant's where noise is missing: it is wrong in one of fifty audits at most. */
const NOISE_CONFIDENCE = 0.98;

export async function auditedMembership(setting: MembershipSetting): Promise<MembershipFindings> {
  const pool = poolOf(setting.subject);
  const systems = [await attackSystem(setting, 'trefoil', pool)];
  if (unclippedLayers(setting.subject.architecture.layers).length === 0) {
    systems.push(await attackSystem(setting, 'trefoilPrivate', pool));
  }
  return {
    systems: systems.map(({ findings }) => findings),
    exposed: systems.find(({ exposed }) => exposed !== undefined)?.exposed ?? new Map(),
  };
}

/** Training rows, then test rows, of each owner in turn: those at the beginning of its files, where there are too many. */
interface Pool {
  readonly records: Records;
  readonly isMember: Uint8Array;
  readonly owned: readonly OwnedRows[];
}

function poolOf({ owners, sharedBy }: AuditSubject): Pool {
  const all = owners.reduce((sum, { train, test }) => sum + train.rows + test.rows, 0);
  const share = Math.min(1, MOST_RECORDS / all);
  const beginning = (records: Records) => firstRecords(records, Math.floor(records.rows * share));
  const together = (kind: 'train' | 'test') => owners.map((owner) => owner[kind]).reduce(joinedRecords);
  const held =
    sharedBy === undefined
      ? owners.map(({ name, train, test }) => ({ names: [name], train, test }))
      : [{ names: sharedBy, train: together('train'), test: together('test') }];
  const parts = held.map(({ names, train, test }) => ({ names, train: beginning(train), test: beginning(test) }));
  const owned: OwnedRows[] = [];
  const isMember: number[] = [];
  for (const { names, train, test } of parts) {
    for (const owner of names) owned.push({ owner, first: isMember.length, rows: train.rows });
    isMember.push(...new Array<number>(train.rows).fill(1), ...new Array<number>(test.rows).fill(0));
  }
  const records = parts.flatMap(({ train, test }) => [train, test]).reduce(joinedRecords);
  return { records, isMember: Uint8Array.from(isMember), owned };
}

async function attackSystem(
  setting: MembershipSetting,
  system: MembershipOfSystem['system'],
  { records, isMember, owned }: Pool,
): Promise<{ readonly findings: MembershipOfSystem; readonly exposed?: Map<string, ExposedRecord[]> }> {
  const { subject, budget, released, isQuick, onTrained } = setting;
  const { architecture } = subject;
  const seed = `${setting.seed}, membership of ${system}`;
  const amount = isQuick ? QUICK : FULL;
  const train = trainingOf(setting, system);
  // A model that predicts a number is attacked by its loss, which asks no shadow.
  const isShadowed = attacksOn(architecture).length > 1;
  const models = (isShadowed ? amount.shadows : 0) + amount.targets;
  const before = system === 'trefoil' ? 0 : models;
  const all = unclippedLayers(architecture.layers).length === 0 ? 2 * models : models;
  const from = (first: number) => (done: number) => onTrained(first + done, all);
  const shadowing: Shadowing = { architecture, train, models: amount.shadows, seed };
  const shadows = isShadowed ? await shadowModels(records, { ...shadowing, onTrained: from(before) }) : undefined;
  const counting = { ...shadowing, onTrained: from(before + models - amount.targets) };
  const { report, scores } = await attackTraining(records, counting, amount.targets, shadows);
  const isPrivate = system === 'trefoilPrivate';
  const noise = isPrivate ? await auditedNoise({ ...setting, seed, confidence: NOISE_CONFIDENCE }) : undefined;
  const findings = {
    ...{ system, report },
    limits: [...limitsOf(setting, records.rows), ...(noise?.limits ?? [])],
    ...(isPrivate ? { allowed: allowedBy(budget) } : {}),
    ...(noise === undefined
      ? {}
      : { epsilon: [...(isShadowed ? lowerBounds(setting, train, scores, seed) : []), ...noise.epsilon] }),
  };
  const hasOthers = isMember.includes(0);
  if (released === undefined || isPrivate !== budget.isOfJob || !hasOthers) return { findings };
  const onReleased = await attackModel(released, records, isMember, shadowing, shadows);
  const surest = onReleased.scores['LiRA online'] ?? onReleased.scores['loss threshold'];
  return {
    findings: { ...findings, released: onReleased.report },
    exposed: new Map(
      [...new Set(owned.map(({ owner }) => owner))].map((name) => [
        name,
        mostExposed(name, owned, surest, isMember, EXPOSED),
      ]),
    ),
  };
}

const allowedBy = ({ budget, isOfJob }: AuditedBudget) => ({
  ...budget,
  advantage: mostAdvantage(budget),
  isSupposed: !isOfJob,
});

function limitsOf({ job, subject: { owners, architecture } }: MembershipSetting, rows: number): string[] {
  const all = owners.reduce((sum, { train, test }) => sum + train.rows + test.rows, 0);
  return [
    ...(rows < all
      ? [`Of ${all} records the first ${rows} are asked for, of each owner alike: more would take longer.`]
      : []),
    ...unclippedLayers(architecture.layers).map(
      ({ why }) => `Nothing is trained with privacy, which refuses such layers: ${why}.`,
    ),
    ...(job.training.earlyStopping === undefined ? [] : ['Models are trained for all epochs, without early stopping.']),
  ];
}

/** The other system of a private job is the same clipped training without noise. Gradients that nobody clips would diverge at its learning rate. */
function trainingOf({ job, subject, budget }: MembershipSetting, system: MembershipOfSystem['system']): Train {
  const { architecture } = subject;
  if (system === 'trefoil' && !budget.isOfJob) {
    const training = plainTrainingOf(job);
    return (records, seed) => trainPlainly(architecture, training, records, seed);
  }
  const training = privateTrainingOf(job, budget.privacy, budget.noise);
  const noiseMultiplier = system === 'trefoil' ? 0 : training.noiseMultiplier;
  return (records, seed) => trainPrivately(architecture, { ...training, noiseMultiplier }, records, seed);
}

function lowerBounds(
  { subject, budget: { budget } }: MembershipSetting,
  train: Train,
  scores: readonly PooledScores[],
  seed: string,
): EpsilonBound[] {
  const level = { delta: budget.delta, confidence: CONFIDENCE };
  const bound = (how: string, lower: number): EpsilonBound => ({
    ...{ how, lower, upper: budget.epsilon, ...level },
    holds: lower <= budget.epsilon,
  });
  const ofScores = scores.map(({ attack, members, nonMembers }) =>
    bound(
      `how often ${attack} was right, by exact intervals of both rates; an estimate, since records share models`,
      epsilonLowerBoundOfScores(members, nonMembers, level, new Draws(seed, `threshold of ${attack}`)),
    ),
  );
  const test = subject.owners.map((owner) => owner.test).reduce(joinedRecords);
  if (test.rows === 0) return ofScores;
  const records = subject.owners.map((owner) => owner.train).reduce(joinedRecords);
  const count = Math.min(MOST_CANARIES, test.rows);
  const canaries = canariesOf(test, subject.architecture, 'mislabelled', count, seed);
  const guesses = [Math.ceil(count / 8), Math.ceil(count / 4), Math.ceil(count / 2)];
  const { architecture } = subject;
  const { lowerBound } = auditOneRun({ architecture, train, records, canaries, seed, guesses, level });
  return [
    ...ofScores,
    bound(`one training with ${count} mislabelled canaries, each in or not by a coin: a proof`, lowerBound),
  ];
}

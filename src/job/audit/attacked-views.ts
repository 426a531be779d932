/**
 * The attack on federated updates, given what nodes of real runs saw in place of one: it should do no better than guessing does.
 * @module
 */

import { chosenRecords, joinedRecords } from '../../audit/models/chosen-records.ts';
import { Draws } from '../../audit/models/draws.ts';
import { attackUpdate } from '../../audit/reconstruction/attack-update.ts';
import {
  figuresOf,
  type RecordScore,
  type Scale,
  scoreReconstruction,
} from '../../audit/reconstruction/reconstruction-scores.ts';
import type { ReconstructedExample, ReconstructionResult } from '../../audit/report/audit-report.ts';
import type { NodeView } from '../../audit/views/node-view.ts';
import { seenUpdate } from '../../audit/views/seen-update.ts';
import { invariant } from '../../errors.ts';
import type { Plan } from '../../plan/plan.ts';
import { TrainingOrder } from '../../runtime/training-order.ts';
import { TRUST_MODES } from '../../trust/modes.ts';
import type { Job } from '../file/job.ts';
import type { OwnRecords } from '../node/own-records.ts';
import { auditSubject } from './audit-subject.ts';

export type SeenRun = ReadonlyMap<string, NodeView>;

export interface AttackedViews {
  /** Cut down as the runs were, and the records that they were made of. */
  readonly job: Job;
  readonly owners: readonly OwnRecords[];
  readonly plan: Plan;
  readonly runs: readonly SeenRun[];
  readonly isQuick: boolean;
  readonly seed: string;
}

/** dB, from which on a record counts as recognised. */
const RECOGNISABLE = 25;
const CONFIDENCE = 0.95;
const EXAMPLES = 4;

const METHOD =
  'The attack on federated updates is run on what a node sees in place of one. The opened values from which the first step makes the change of each parameter, less the ' +
  'mask shares that it knows, are taken for the gradient; initial weights and batch are public. Between them and the gradient lies a uniform mask, so that the attack only guesses.';

/** Attacks by as many evaluators as may collude: they know most of what the trust mode allows for. */
export function attackedViews({ job, owners, plan, runs, isQuick, seed }: AttackedViews): ReconstructionResult {
  const { architecture, range, owners: standardised } = auditSubject(job, owners);
  const { evaluators, trust } = plan.roles;
  const nodes = evaluators.slice(0, TRUST_MODES[trust].colluding);
  const records = standardised.map(({ train }) => train).reduce(joinedRecords);
  const { rows, columns } = records;
  const { batch } = plan.training;
  const [low, high] = range;
  const scale: Scale = { columns, range: high - low, recognisable: RECOGNISABLE, confidence: CONFIDENCE };
  const mean = Float64Array.from({ length: columns }, (_, j) => {
    let sum = 0;
    for (let row = 0; row < rows; row++) sum += records.features[row * columns + j];
    return sum / rows;
  });
  const draws = new Draws(seed, `guesses in place of views, ${trust}`);
  const scores = { attack: [] as RecordScore[], mean: [] as RecordScore[], random: [] as RecordScore[] };
  const examples: ReconstructedExample[] = [];
  for (const [i, run] of runs.entries()) {
    const views = nodes.map((name) => {
      const view = run.get(name);
      invariant(view !== undefined, `${name} took part in the run`);
      return view;
    });
    const { parameters, update } = seenUpdate(plan, views);
    const attack = { range, isQuick, seed: `${seed} view ${i}, ${trust}` };
    const features = attackUpdate(architecture, parameters, update, batch, attack);
    const truth = chosenRecords(records, new TrainingOrder(plan, views[0].publicStreams).batch(0)).features;
    const attacked = scoreReconstruction(truth, features, scale);
    scores.attack.push(...attacked);
    const means = Float64Array.from({ length: batch * columns }, (_, at) => mean[at % columns]);
    scores.mean.push(...scoreReconstruction(truth, means, scale));
    const guesses = means.map(() => low + (high - low) * draws.uniform());
    scores.random.push(...scoreReconstruction(truth, guesses, scale));
    attacked.forEach(({ psnr, reconstruction }, row) => {
      if (examples.length >= EXAMPLES) return;
      const rowOf = (all: Float64Array, at: number) => [...all.subarray(at * columns, (at + 1) * columns)];
      examples.push({
        original: rowOf(truth, row),
        ...(reconstruction === undefined ? {} : { reconstruction: rowOf(features, reconstruction) }),
        psnr,
      });
    });
  }
  return {
    attack: `federated attack on the view of ${nodes.join(' and ')} (${trust})`,
    adversary: 'node',
    system: 'trefoil',
    method: METHOD,
    limits: ['Few records and steps; what stands between is the same for any number of them.'],
    batch,
    batches: runs.length,
    score: figuresOf(scores.attack, scale),
    baselines: [
      { name: 'mean record', score: figuresOf(scores.mean, scale) },
      { name: 'random guess', score: figuresOf(scores.random, scale) },
    ],
    examples,
  };
}

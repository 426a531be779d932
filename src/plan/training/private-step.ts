/**
 * The training step of a private job: rows that their owners sampled, each row's gradient clipped, noise on every sum.
 *
 * What a row adds is bounded whatever the row is, as long as the parameters behind the first hidden layer are small; those are watched, exactly, at the beginning
 * of each step. They count as released, so the watch costs no privacy. Everything else is proved or cut off row by row (`clipped-scales.ts`).
 * @module
 */

import { invariant } from '../../errors.ts';
import { type ClippedModel, clippedMlp } from '../../graph/clipped-mlp.ts';
import { type Scalar, scalar, times } from '../../graph/graph.ts';
import { noise } from '../../graph/nodes/index.ts';
import { isPlain } from '../../graph/optimisers/index.ts';
import { productBits } from '../../protocol/product.ts';
import { type ClippedScales, clippedScales } from '../lowering/clipped-scales.ts';
import { Lowering } from '../lowering/lowering.ts';
import { revealOutput } from '../outputs/catalogue.ts';
import { UNCLIPPED } from '../outputs/unclipped.ts';
import type { ValueId } from '../plan.ts';
import { refusal } from '../refusal.ts';
import { LOWER_RATE, RAISE_BATCH, RAISE_EPSILON, RAISE_L2 } from '../remedies.ts';
import type { PhaseBuilder } from '../write/phase-builder.ts';
import type { PlanBuilder } from '../write/plan-builder.ts';
import { type Batches, knownWeights, loadedBatches, sampledBatches } from './batches.ts';
import { clippedSensitivity } from './clipped-sensitivity.ts';
import type { DataSets } from './data-sets.ts';
import { firstLayerScale } from './first-layer.ts';
import { WEIGHT_LIMIT } from './model-state.ts';
import { addUnclipped, countUnclipped, gradientMultiplier, noisyCounts, type PrivateTask } from './private-task.ts';
import type { TrainingStep } from './step.ts';
import { scheduleOf, type TrainingTask, totalOf } from './task.ts';
import { watchNorm } from './weight-norms.ts';

export class PrivateStep implements TrainingStep {
  readonly batches: Batches;
  readonly model: ClippedModel;
  readonly firstScale: TrainingStep['firstScale'];
  readonly isProved = false;
  // A row that is beyond what is expected may be predicted wrongly; that it is must not show.
  readonly evaluationWatches = 'nothing';
  // A first read would be a first output: whoever leaves after it would have cost the budget of the whole run.
  readonly readsAlarm = false;
  readonly #plan: PlanBuilder;
  readonly #task: TrainingTask;
  readonly #privacy: PrivateTask;
  readonly #interval: number;
  readonly #scales: ClippedScales;
  /** Rows of a step, padding among them. */
  readonly #rows: number;
  /** The number of unclipped examples so far. */
  #unclipped: ValueId | undefined;

  constructor(plan: PlanBuilder, task: TrainingTask, privacy: PrivateTask, data: DataSets, interval: number) {
    const { roles, architecture, batch: expectedBatch, optimiser, clip: dataClip } = task;
    const { capacities } = privacy;
    this.#plan = plan;
    this.#task = task;
    this.#privacy = privacy;
    this.#interval = interval;
    this.#rows = capacities === undefined ? expectedBatch : totalOf(capacities);
    this.batches =
      capacities === undefined ? loadedBatches(data, task.trainRows, expectedBatch) : sampledBatches(data, capacities);
    const firstScale = firstLayerScale(task, WEIGHT_LIMIT);
    this.firstScale = firstScale;
    const by: Scalar = scalar(1 / expectedBatch, isPlain(optimiser) ? 1 : 0);
    const ofProduct = productBits(roles.evaluators.length);
    this.#scales = clippedScales({
      parameterBits: task.fractionalBits,
      firstOutputBits: (firstScale?.weights ?? task.fractionalBits) + task.dataBits + ofProduct,
      evaluators: roles.evaluators.length,
      architecture,
      batch: this.#rows,
      limit: privacy.norm,
      ...(task.weights === undefined ? {} : { largestWeight: task.weights.largest }),
      by: { least: plan.leastMagnitude(by), most: plan.magnitude(by) },
      dataClip,
      weightLimit: WEIGHT_LIMIT,
      ...(firstScale === undefined ? {} : { firstGradientBits: firstScale.gradient }),
    });
    const sensitivity = times(by, scalar(clippedSensitivity(this.#scales)));
    this.model = clippedMlp(
      architecture,
      {
        ...task,
        batch: this.#rows,
        expectedBatch,
        clip: privacy.norm,
        hasPadding: capacities !== undefined,
        isWeighted: task.weights !== undefined,
      },
      (graph, sum) => noise(graph, sum, sensitivity, gradientMultiplier(privacy)),
    );
  }

  readonly addState: TrainingStep['addState'] = () => {
    const { stepsPerEpoch, epochs } = scheduleOf(this.#task);
    this.#unclipped = addUnclipped(this.#plan, this.#rows * stepsPerEpoch * epochs);
  };

  /** Watches the parameters that it builds on, and counts the rows whose gradient is not clipped. */
  readonly lower: TrainingStep['lower'] = (phase, states) => {
    const batch = this.batches.take(phase);
    this.#watch(phase, states);
    const { graph, features, labels, padding, state, clippedLayers, factor } = this.model;
    const known = [
      [features, batch.features],
      [labels, batch.labels],
      ...knownWeights(this.model, batch),
      ...(padding === undefined || batch.padding === undefined ? [] : [[padding, batch.padding] as const]),
      ...state.map(({ node }, i) => [node, states[i]] as const),
    ] as const;
    const lowering = new Lowering(graph, phase, this.#interval, known, 'weights');
    lowering.clipRows(clippedLayers, this.#scales);
    countUnclipped(phase, this.#privacy, lowering.unclipped(factor), this.#counted());
    return lowering;
  };

  /** A parameter that was within its limit must be seen to be beyond it after one step. */
  readonly requireSmallStep: TrainingStep['requireSmallStep'] = (phase, state, updated, name) => {
    const [before, after] = [phase.valueOf(state).bound, phase.valueOf(updated).bound];
    if (after <= JUMP * before) return;
    const most = `${JUMP * before} is what a private run can watch`;
    throw refusal(name, `can move from ${before} to ${after.toPrecision(2)} in one step, and ${most}`);
  };

  readonly opened: TrainingStep['opened'] = (phase, counts) => {
    const { countsMultiplier } = this.#privacy;
    return countsMultiplier === undefined ? counts : noisyCounts(phase, countsMultiplier, counts);
  };

  readonly reveal: TrainingStep['reveal'] = (phase, recipients) =>
    revealOutput(phase, this.#counted(), UNCLIPPED, recipients);

  #counted(): ValueId {
    invariant(this.#unclipped !== undefined, 'a step has its state before it is written');
    return this.#unclipped;
  }

  /** Exactly, so that in the first step in which one of them is too large the run is lost, whatever follows. */
  #watch(phase: PhaseBuilder, states: readonly ValueId[]): void {
    const { layers, weightLimit } = this.#scales;
    const parameter = (name: string, limit: number) =>
      phase.bounded(states[this.model.state.findIndex((state) => state.name === name)], JUMP * limit);
    for (const [l, { weightNorm }] of layers.entries()) {
      // A first hidden layer is bounded by the ring, and by the norm of what comes out of it.
      if (l === 0 && layers.length > 1) continue;
      const weights = parameter(`weights ${l + 1}`, weightNorm ?? weightLimit);
      const bias = parameter(`bias ${l + 1}`, weightLimit);
      phase.watch(bias, weightLimit, `bias ${l + 1}`, REMEDIES);
      if (weightNorm === undefined) {
        phase.watch(weights, weightLimit, `weights ${l + 1}`, REMEDIES);
        continue;
      }
      watchNorm(phase, weights, weightNorm, REMEDIES);
      phase.bounded(weights, Math.min(weightNorm, weightLimit));
    }
  }
}

/** Much noise at a high rate drives weights far. */
const REMEDIES = [LOWER_RATE, RAISE_BATCH, RAISE_EPSILON, RAISE_L2];

/** How far beyond its limit a parameter can get in one step, in limits: `requireSmallStep` sees to it. */
const JUMP = 2;

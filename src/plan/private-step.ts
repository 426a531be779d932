/**
 * The training step of a private job: rows that their owners sampled, each row's gradient clipped, noise on every sum.
 *
 * What a row adds is bounded whatever the row is, as long as the parameters behind the first hidden layer are small; those are watched, exactly, at the beginning
 * of each step. They count as released, so the watch costs no privacy. Everything else is proved or cut off row by row (`clipped-scales.ts`).
 * @module
 */
import { type ClippedModel, clippedMlp } from '../graph/clipped-mlp.ts';
import { type Scalar, scalar, times } from '../graph/graph.ts';
import type { Architecture, MlpTraining } from '../graph/mlp.ts';
import { noise } from '../graph/nodes/index.ts';
import { isPlain } from '../graph/optimisers/index.ts';
import { productBits } from '../protocol/product.ts';
import { type ClippedScales, clippedScales } from './clipped-scales.ts';
import { clippedSensitivity } from './clipped-sensitivity.ts';
import type { FirstLayerScale } from './first-layer.ts';
import { Lowering } from './lowering/lowering.ts';
import type { PhaseBuilder } from './phase-builder.ts';
import type { Roles, ValueId } from './plan.ts';
import type { PlanBuilder } from './plan-builder.ts';
import { countUnclipped, gradientMultiplier, type PrivateTask } from './private-training.ts';
import { refusal } from './refusal.ts';
import { LOWER_RATE, RAISE_BATCH, RAISE_EPSILON, RAISE_L2 } from './remedies.ts';
import { watchNorm } from './weight-norms.ts';

/** Where no row says whether it is padding, none is. */
export interface Batch {
  readonly features: ValueId;
  readonly labels: ValueId;
  readonly padding?: ValueId;
}

/** What of a training decides it. */
export interface PrivateSetting extends Omit<MlpTraining, 'clipGradient'> {
  readonly roles: Roles;
  /** Fractional bits of the parameters, and of the features. */
  readonly fractionalBits: number;
  readonly dataBits: number;
  readonly architecture: Architecture;
  /** Bound of every standardised value. */
  readonly clip: number;
}

export class PrivateStep {
  readonly model: ClippedModel;
  /** Rows of a step, padding among them. */
  readonly rows: number;
  readonly #task: PrivateTask;
  readonly #scales: ClippedScales;

  constructor(
    plan: PlanBuilder,
    setting: PrivateSetting,
    task: PrivateTask,
    weightLimit: number,
    firstScale: FirstLayerScale | undefined,
  ) {
    const { roles, architecture, batch: expectedBatch, optimiser, clip: dataClip } = setting;
    this.#task = task;
    this.rows = rowsOf(task, expectedBatch);
    const by: Scalar = scalar(1 / expectedBatch, isPlain(optimiser) ? 1 : 0);
    const ofProduct = productBits(roles.evaluators.length);
    this.#scales = clippedScales({
      parameterBits: setting.fractionalBits,
      firstOutputBits: (firstScale?.weights ?? setting.fractionalBits) + setting.dataBits + ofProduct,
      evaluators: roles.evaluators.length,
      architecture,
      batch: this.rows,
      limit: task.norm,
      by: { least: plan.leastMagnitude(by), most: plan.magnitude(by) },
      dataClip,
      weightLimit,
      ...(firstScale === undefined ? {} : { firstGradientBits: firstScale.gradient }),
    });
    const sensitivity = times(by, scalar(clippedSensitivity(this.#scales)));
    this.model = clippedMlp(
      architecture,
      { ...setting, batch: this.rows, expectedBatch, clip: task.norm, hasPadding: task.capacities !== undefined },
      (graph, sum) => noise(graph, sum, sensitivity, gradientMultiplier(task)),
    );
  }

  /** What the step is made of; watches the parameters that it builds on, and counts the rows whose gradient is not clipped. */
  lowering(
    phase: PhaseBuilder,
    interval: number,
    batch: Batch,
    states: readonly ValueId[],
    unclipped: ValueId,
  ): Lowering {
    this.#watch(phase, states);
    const { graph, features, labels, padding, state, clippedLayers, factor } = this.model;
    const known = [
      [features, batch.features],
      [labels, batch.labels],
      ...(padding === undefined || batch.padding === undefined ? [] : [[padding, batch.padding] as const]),
      ...state.map(({ node }, i) => [node, states[i]] as const),
    ] as const;
    const lowering = new Lowering(graph, phase, interval, known, 'weights');
    lowering.clipRows(clippedLayers, this.#scales);
    countUnclipped(phase, this.#task, lowering.unclipped(factor), unclipped);
    return lowering;
  }

  /** A parameter that was within its limit must be seen to be beyond it after one step. */
  requireSmallStep(phase: PhaseBuilder, state: ValueId, updated: ValueId, name: string): void {
    const [before, after] = [phase.valueOf(state).bound, phase.valueOf(updated).bound];
    if (after <= JUMP * before) return;
    const most = `${JUMP * before} is what a private run can watch`;
    throw refusal(name, `can move from ${before} to ${after.toPrecision(2)} in one step, and ${most}`);
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

const rowsOf = ({ capacities }: PrivateTask, batch: number): number =>
  capacities === undefined ? batch : Object.values(capacities).reduce((sum, rows) => sum + rows, 0);

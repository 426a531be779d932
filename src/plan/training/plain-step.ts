/**
 * The training step of a job without a privacy budget: the mean gradient of a batch.
 * @module
 */
import { scalar, times } from '../../graph/graph.ts';
import { hasHidden, mlp } from '../../graph/mlp.ts';
import { isPlain } from '../../graph/optimisers/index.ts';
import { OUTPUTS } from '../../graph/output.ts';
import { Lowering } from '../lowering/lowering.ts';
import { type Batches, knownWeights, loadedBatches } from './batches.ts';
import type { DataSets } from './data-sets.ts';
import { firstLayerScale } from './first-layer.ts';
import { WEIGHT_LIMIT } from './model-state.ts';
import { weightingOf } from './row-weights.ts';
import type { TrainingStep } from './step.ts';
import type { TrainingTask } from './task.ts';

export class PlainStep implements TrainingStep {
  readonly batches: Batches;
  readonly model: ReturnType<typeof mlp>;
  readonly firstScale: TrainingStep['firstScale'];
  readonly isProved: boolean;
  readonly evaluationWatches = 'everything';
  readonly readsAlarm = true;
  readonly #task: TrainingTask;
  readonly #interval: number;

  constructor(task: TrainingTask, data: DataSets, interval: number) {
    const { architecture, trainRows, batch, optimiser } = task;
    this.#task = task;
    this.#interval = interval;
    this.batches = loadedBatches(data, trainRows, batch);
    this.firstScale = firstLayerScale(task, WEIGHT_LIMIT);
    const weighting = weightingOf(task);
    this.model = mlp(architecture, { ...task, ...(weighting === undefined ? {} : { weighting }) });
    // Without hidden layers one step bounds all: how far a parameter can grow does not depend on the parameters.
    this.isProved = !hasHidden(architecture) && isPlain(optimiser) && OUTPUTS[architecture.output].isClass;
  }

  readonly addState: TrainingStep['addState'] = () => undefined;

  readonly lower: TrainingStep['lower'] = (phase, state) => {
    const { model, firstScale } = this;
    const { architecture, batch, weights } = this.#task;
    const rows = this.batches.take(phase);
    const lowering = new Lowering(model.graph, phase, this.#interval, [
      [model.features, rows.features],
      [model.labels, rows.labels],
      ...knownWeights(model, rows),
      ...model.state.map(({ node }, i) => [node, state[i]] as const),
    ]);
    if (!OUTPUTS[architecture.output].isClass) lowering.limitLayer(model.logits);
    if (firstScale !== undefined) lowering.fixScale(model.firstGradient, firstScale.gradient);
    lowering.limitGradients(model.hiddenGradients, times(model.lossFactor, scalar((weights?.largest ?? 1) / batch)));
    return lowering;
  };

  readonly requireSmallStep: TrainingStep['requireSmallStep'] = () => undefined;
  readonly opened: TrainingStep['opened'] = (_, counts) => counts;
  readonly reveal: TrainingStep['reveal'] = () => undefined;
}

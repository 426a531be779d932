/**
 * The plan of a training job: pooled moments, records, steps, evaluation, alarm, outputs.
 * @module
 */
import { logisticRegression } from '../graph/logistic.ts';
import { seriesOf } from '../protocol/fourier.ts';
import { PlanBuilder } from './builder.ts';
import { type Evaluation, evaluationPhases, type Metric } from './evaluation-phases.ts';
import { type LearningRate, learningRates } from './learning-rate.ts';
import { Lowering } from './lower.ts';
import { momentPhase } from './moments-phases.ts';
import type { Plan, Roles, Session, ValueId } from './plan.ts';

export interface TrainingTask {
  readonly roles: Roles;
  readonly features: number;
  /** Rows of each party, by name. */
  readonly trainRows: Readonly<Record<string, number>>;
  readonly testRows: Readonly<Record<string, number>>;
  /** Whether pooled moments are computed and opened. */
  readonly moments: boolean;
  /** Bound of every standardised value. */
  readonly clip: number;
  readonly batch: number;
  readonly epochs: number;
  readonly learningRate: LearningRate;
  readonly l2: number;
  readonly fractionalBits: number;
  readonly reveal: {
    readonly trainingLoss: readonly string[];
    readonly metrics: Readonly<Record<Metric, readonly string[]>>;
    readonly model: readonly string[];
  };
}

/** Fractional bits of the opened training loss. */
const LOSS_BITS = 16;

const total = (rows: Readonly<Record<string, number>>) => Object.values(rows).reduce((sum, count) => sum + count, 0);

export function trainingPlan(task: TrainingTask): Plan {
  const { roles, batch, epochs } = task;
  const trainRows = total(task.trainRows);
  const testRows = total(task.testRows);
  const stepsPerEpoch = Math.floor(trainRows / batch);
  const interval = seriesOf('sigmoid').high;
  const rates = learningRates(task.learningRate, epochs);
  const plan = new PlanBuilder(roles, rates);
  const sessions: Session[] = [];
  const run = (phase: number, repeat = 1) => sessions.push({ phase, repeat });
  const metrics = (['accuracy', 'auc', 'logLoss'] as const).filter((m) => task.reveal.metrics[m].length > 0);

  if (task.moments) {
    const moments = ['sums', 'squares'] as const;
    for (const moment of moments) run(momentPhase(plan, moment, task.features, task.trainRows, roles.parties));
  }

  const features = { rows: trainRows, cols: task.features };
  const trainX = plan.addState(features, task.fractionalBits, task.clip, 'training features');
  const trainY = plan.addState({ rows: trainRows, cols: 1 }, 0, 1, 'training labels');
  const hasTest = metrics.length > 0;
  const testX = hasTest
    ? plan.addState({ rows: testRows, cols: task.features }, task.fractionalBits, task.clip, 'test features')
    : trainX;
  const testY = hasTest ? plan.addState({ rows: testRows, cols: 1 }, 0, 1, 'test labels') : trainY;
  run(
    plan.phase('sharing records', (phase) => {
      const load = (name: string, rows: Readonly<Record<string, number>>, cols: number, bits: number, bound: number) =>
        phase.stack(
          Object.entries(rows).flatMap(([owner, count]) =>
            count === 0 ? [] : [phase.input(owner, name, { rows: count, cols }, bits, bound)],
          ),
          name,
        );
      phase.update(trainX, load('train.features', task.trainRows, task.features, task.fractionalBits, task.clip));
      phase.update(trainY, load('train.labels', task.trainRows, 1, 0, 1));
      if (!hasTest) return;
      phase.update(testX, load('test.features', task.testRows, task.features, task.fractionalBits, task.clip));
      phase.update(testY, load('test.labels', task.testRows, 1, 0, 1));
    }),
  );

  const steps = stepsPerEpoch * epochs;
  const weights = plan.addState({ rows: task.features, cols: 1 }, task.fractionalBits, 0, 'weights');
  const bias = plan.addState({ rows: 1, cols: 1 }, task.fractionalBits, 0, 'bias');
  const parameters: Record<string, ValueId> = { weights, bias };
  const step = (withLoss: boolean) => {
    const name = withLoss ? 'training with loss' : 'training';
    const model = logisticRegression(batch, task.features, task.l2);
    const growths: [state: ValueId, growth: number][] = [];
    const phase = plan.phase(
      name,
      (phase) => {
        const lowering = new Lowering(model.graph, phase, interval, [
          [model.features, phase.gather(trainX, 'batch', batch)],
          [model.labels, phase.gather(trainY, 'batch', batch)],
          ...model.parameters.map(({ name, node }) => [node, parameters[name]] as const),
        ]);
        for (const { name, updated } of model.parameters) {
          const { value, growth } = lowering.updated(updated, parameters[name], name, steps);
          phase.update(parameters[name], value);
          growths.push([parameters[name], growth]);
        }
        if (withLoss) {
          const loss = phase.truncate(lowering.masked(model.loss).value, LOSS_BITS);
          phase.reveal(loss, 'training loss', task.reveal.trainingLoss);
        }
      },
      true,
    );
    return { phase, growths };
  };
  // How far a parameter can grow in all steps follows from one step, which does not depend on the parameter.
  const mark = plan.mark();
  const { growths } = step(false);
  plan.reset(mark);
  for (const [state, growth] of growths) plan.widen(state, growth);

  const opensLoss = task.reveal.trainingLoss.length > 0;
  const plain = opensLoss && stepsPerEpoch === 1 ? undefined : step(false).phase;
  if (opensLoss) {
    const last = step(true).phase;
    for (let epoch = 0; epoch < epochs; epoch++) {
      if (plain !== undefined) run(plain, stepsPerEpoch - 1);
      run(last);
    }
  } else if (plain !== undefined) run(plain, steps);

  const data = { features: testX, labels: testY };
  const evaluation: Evaluation = hasTest
    ? evaluationPhases(plan, metrics, testRows, data, { weights, bias }, interval)
    : { sessions: [], tallies: {} };
  sessions.push(...evaluation.sessions);

  run(plan.phase('range alarm', (phase) => phase.reveal(phase.alarm(), 'alarm', roles.parties)));
  run(
    plan.phase('output', (phase) => {
      const { correct, logLoss, orderedPairs, positives } = evaluation.tallies;
      const { metrics, model } = task.reveal;
      if (correct !== undefined) phase.reveal(correct, 'correct', metrics.accuracy);
      if (logLoss !== undefined) phase.reveal(logLoss, 'log loss', metrics.logLoss);
      if (orderedPairs !== undefined) phase.reveal(orderedPairs, 'ordered pairs', metrics.auc);
      if (positives !== undefined) phase.reveal(positives, 'positives', metrics.auc);
      phase.reveal(weights, 'weights', model);
      phase.reveal(bias, 'bias', model);
    }),
  );
  const training = { rows: trainRows, batch, epochs, stepsPerEpoch, rates };
  const { values, state, phases, usedBits } = plan;
  return { format: 1, roles, values, state, phases, sessions, training, interval, headroomBits: usedBits };
}

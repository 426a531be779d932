/** Each output is opened to those whom its record in the catalogue names, whatever phase opens it. */
import { expect, it } from 'vitest';
import { forEachMetric, METRIC_NAMES, METRICS, metricsOf } from '../../src/plan/outputs/metrics.ts';
import { revealsOfPhase } from '../../src/plan/quote/cost.ts';
import type { TrainingTask } from '../../src/plan/training/task.ts';
import { trainingPlan } from '../../src/plan/training/training-plan.ts';
import { PARTIES, taskOf } from '../runtime/task.ts';

const [north, east, south] = PARTIES;
const TO_ONE = {
  trainingLoss: [south],
  metrics: forEachMetric((metric) =>
    metricsOf('sigmoid').includes(metric) ? [PARTIES[METRIC_NAMES.indexOf(metric) % 3]] : [],
  ),
  model: [north, east],
};

/** Who gets which output. */
const opened = (task: TrainingTask) =>
  new Map(trainingPlan(task).phases.flatMap((phase) => revealsOfPhase(phase).map(({ name, to }) => [name, to])));

it('opens each metric, the loss and the model to their own recipients, and the alarm to all', () => {
  const outputs = opened(taskOf({ reveal: TO_ONE }));
  for (const metric of metricsOf('sigmoid')) {
    for (const name of Object.keys(METRICS[metric].opens)) {
      if (outputs.has(name)) expect(outputs.get(name), name).toEqual(TO_ONE.metrics[metric]);
    }
  }
  expect(outputs.get('correct')).toEqual(TO_ONE.metrics.accuracy);
  expect(outputs.get('training loss')).toEqual([south]);
  expect(outputs.get('weights 1')).toEqual([north, east]);
  expect(outputs.get('alarm')).toEqual(PARTIES);
});

it('shows an auditor a copy of the model, before the recipients get theirs', () => {
  const outputs = opened(taskOf({ reveal: TO_ONE, gate: { maxAdvantage: 0.1, auditor: south } }));
  expect(outputs.get('audited weights 1')).toEqual([south]);
  expect(outputs.get('weights 1')).toEqual([north, east]);
  const order = [...outputs.keys()];
  expect(order.indexOf('audited weights 1')).toBeLessThan(order.indexOf('weights 1'));
});

it('opens what a gate on shares counts to all parties', () => {
  const outputs = opened(taskOf({ reveal: TO_ONE, gate: { maxAdvantage: 0.1 } }));
  expect(outputs.get('training rows by confidence')).toEqual(PARTIES);
  expect(outputs.get('test rows by confidence')).toEqual(PARTIES);
});

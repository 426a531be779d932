/**
 * The first steps of a run on the records of those steps alone: what the fixed-point twin of a large job is asked to do.
 * @module
 */
import type { Records } from '../../data/records.ts';
import { stepsInAll } from '../../plan/folds.ts';
import type { Plan } from '../../plan/plan.ts';
import { multiplyAdds } from '../../plan/quote/work.ts';
import type { Streams } from '../../prg/stream.ts';
import { TrainingOrder } from '../../runtime/training-order.ts';

/** Multiply-adds of the compared steps together: some seconds of the fixed-point twin. */
const BUDGET = 2 ** 31;

/** How many steps of the plan are compared: all of a small job, otherwise some of the first epoch. */
export function stepsToCompare(plan: Plan): number {
  const { stepsPerEpoch } = plan.training;
  const all = stepsInAll(plan.training);
  const work = plan.phases.reduce(
    (most, phase) => (phase.trains ? Math.max(most, multiplyAdds(plan, phase)) : most),
    1,
  );
  const affordable = Math.max(1, Math.floor(BUDGET / work));
  return affordable >= all ? all : Math.min(affordable, stepsPerEpoch);
}

/** The records of the first steps, arranged so that the batches of `part` are those of `whole`. */
export function recordsOfFirstSteps(records: Records, whole: Plan, part: Plan, order: Streams): Records {
  const { rows, batch } = part.training;
  const { columns } = records;
  const labels = new Float64Array(rows);
  const features = new Float64Array(rows * columns);
  const weights = records.weights === undefined ? undefined : new Float64Array(rows);
  const [from, to] = [whole, part].map((plan) => new TrainingOrder(plan, order));
  for (let step = 0; step < rows / batch; step++) {
    const [source, target] = [from.batch(step), to.batch(step)];
    for (let i = 0; i < batch; i++) {
      labels[target[i]] = records.labels[source[i]];
      if (weights !== undefined && records.weights !== undefined) weights[target[i]] = records.weights[source[i]];
      features.set(records.features.subarray(source[i] * columns, (source[i] + 1) * columns), target[i] * columns);
    }
  }
  return { features, labels, ...(weights === undefined ? {} : { weights }), rows, columns };
}

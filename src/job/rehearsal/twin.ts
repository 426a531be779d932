/**
 * Training in the clear, for comparison: the same plan on all records together, in float64 and in fixed point. It needs
 * everybody's records, so it exists for rehearsals on one machine alone.
 * @module
 */
import { invariant } from '../../errors.ts';
import { cutLayers } from '../../graph/layers/index.ts';
import { stepsInAll } from '../../plan/folds.ts';
import type { Plan } from '../../plan/plan.ts';
import { publicStreams } from '../../prg/session-keys.ts';
import type { Streams } from '../../prg/stream.ts';
import { Divergence, type ValueDivergence } from '../../runtime/clear/divergence.ts';
import { Float64Twin, runFloat64 } from '../../runtime/clear/plaintext.ts';
import { simulateInTheClear } from '../../runtime/clear/simulate.ts';
import type { TrainedStep } from '../../runtime/clear/trained-step.ts';
import type { Node, Revealed } from '../../runtime/node.ts';
import type { Job } from '../file/job.ts';
import { firstStepsPlan, twinPlan } from '../file/task.ts';
import { rawParametersOf } from '../model/raw-parameters.ts';
import type { OwnRecords } from '../node/own-records.ts';
import { ownerInputs, parametersOf } from '../node/owner.ts';
import { foldQualities, type Quality, qualityOf } from '../report/quality.ts';
import { joined } from './all-records.ts';
import { withExactValues } from './exact-quality.ts';
import { recordsOfFirstSteps, stepsToCompare } from './first-steps.ts';

export interface TwinOutcome {
  readonly quality: Quality;
  /** Of each fold, where somebody learns that. */
  readonly folds?: readonly Quality[];
  /** Weights, then bias, on standardised features. */
  readonly parameters: Float64Array;
  /** The same in units of the records. */
  readonly rawParameters: Float64Array;
  /** What early stopping decided on, by epoch. */
  readonly validation: readonly number[];
}

export interface Twins {
  readonly float64: TwinOutcome;
  /** Present where all steps of the job were compared. */
  readonly fixedPoint?: TwinOutcome;
  /** Noise that nobody knows has no twin: what a private job is compared with is the same training without noise. */
  readonly divergence?: DivergenceReport;
}

/** Step by step, how far the twins are apart. */
export interface DivergenceReport {
  /** Steps that were compared, from the first one on; of a large job some only, since the twin in fixed point takes as long as a run. */
  readonly steps: number;
  readonly ofSteps: number;
  /** Differences are in units of 2^−fractionalBits. */
  readonly fractionalBits: number;
  readonly values: readonly ValueDivergence[];
  readonly how: string;
}

const HOW =
  'both twins take the same steps; a parameter parts where after t steps it is more than t times as far apart as the first step left any ' +
  'parameter, so where the steps do more than add up what rounding and series bring into each; a layer crosses where a ReLU gets ' +
  'another sign in one of the two';

/** `owners` in the order of the job; `seed` is the public seed of the run to compare with. */
export async function runTwins(job: Job, owners: readonly OwnRecords[], seed: Uint8Array): Promise<Twins> {
  const own = {
    train: joined(job, owners, 'train'),
    test: joined(job, owners, 'test'),
    validation: joined(job, owners, 'validation'),
  };
  const inputs = ownerInputs(job, own);
  const plan = twinPlan(job);
  const order = publicStreams(seed);
  if (job.privacy !== undefined) {
    const seen = new Validation(plan);
    return {
      float64: float64Outcome(
        job,
        runFloat64(plan, () => inputs, order, seen.note),
        seen,
        inputs,
      ),
    };
  }
  const steps = stepsToCompare(plan);
  const facts = { steps, ofSteps: stepsInAll(plan.training), fractionalBits: job.numbers.fractionalBits, how: HOW };
  if (steps === facts.ofSteps) {
    const { float64, fixedPoint, values } = await runSideBySide(job, plan, inputs, order, steps);
    const divergence = { ...facts, values };
    return { float64, fixedPoint, divergence };
  }
  const seen = new Validation(plan);
  const float64 = runFloat64(plan, () => inputs, order, seen.note);
  const part = firstStepsPlan(job, steps);
  const first = ownerInputs(job, { train: recordsOfFirstSteps(own.train, plan, part, order) });
  const { values } = await runSideBySide(job, part, (name, _, rows) => first(name, float64, rows), order, steps);
  return { float64: float64Outcome(job, float64, seen, inputs), divergence: { ...facts, values } };
}

/** Both twins, the float64 one always in the step that the other one has just done, until one of them stops early. */
async function runSideBySide(job: Job, plan: Plan, inputs: Node['inputs'], order: Streams, last: number) {
  const { model, numbers } = job;
  const divergence = new Divergence(plan, numbers.fractionalBits, last, cutLayers(model.layers));
  const seen = { float64: new Validation(plan), fixedPoint: new Validation(plan) };
  const twin = new Float64Twin(plan, () => inputs, order, seen.float64.note);
  const steps = twin.steps();
  const onStep = (step: TrainedStep) => {
    const { value } = steps.next();
    if (value === undefined) return;
    invariant(value.step === step.step, 'the twins take the same steps');
    divergence.compare(step, value);
  };
  const fixedPoint = await simulateInTheClear(plan, () => inputs, order, { onStep, onRevealed: seen.fixedPoint.note });
  while (!steps.next().done); // What comes after training.
  return {
    float64: float64Outcome(job, twin.revealed, seen.float64, inputs),
    fixedPoint: outcome(job, fixedPoint, seen.fixedPoint),
    values: divergence.values,
  };
}

/** The validation metric after each epoch. */
class Validation {
  readonly values: number[] = [];
  readonly #output: string | undefined;

  constructor(plan: Plan) {
    this.#output = plan.earlyStopping?.output;
  }

  readonly note: Node['onRevealed'] = (name, [value]) => {
    if (name === this.#output) this.values.push(value);
  };
}

/** What a run is compared with: its metrics are exact, however many rows there are. */
function float64Outcome(job: Job, revealed: Revealed, validation: Validation, inputs: Node['inputs']): TwinOutcome {
  const plain = outcome(job, revealed, validation);
  return { ...plain, quality: withExactValues(job, plain.quality, revealed, inputs) };
}

function outcome(job: Job, revealed: Revealed, validation: Validation): TwinOutcome {
  const folds = foldQualities(job, revealed);
  return {
    quality: qualityOf(job, revealed),
    ...(folds === undefined ? {} : { folds }),
    parameters: parametersOf(revealed),
    rawParameters: rawParametersOf(job, revealed),
    validation: validation.values,
  };
}

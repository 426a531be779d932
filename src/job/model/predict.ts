/**
 * Applying a model to raw features.
 * @module
 */

import { logitsOf } from '../../audit/models/network.ts';
import { standardise } from '../../data/standardise.ts';
import { TrefoilError } from '../../errors.ts';
import { OUTPUTS } from '../../graph/output.ts';
import type { Model } from './model-file.ts';
import { type TrainedModel, trainedOf } from './trained-model.ts';

/** What a model says of rows: a column of numbers for each of its outputs. */
export interface Predictions {
  /** `digit_0_probability`, …; `malignant_probability`; or the label itself, where the model gives its value. */
  readonly columns: readonly string[];
  /** Row-major, rows × columns. */
  readonly values: Float64Array;
}

/** Predictions from raw features (row-major, rows × features): standardised and clipped as in training. */
export function predictRows(model: Model, features: Float64Array, rows: number): Predictions {
  const width = model.features.length;
  if (features.length !== rows * width) {
    throw new TrefoilError(
      'TREFOIL_USAGE',
      `${rows} rows of ${width} features are ${rows * width} numbers, not ${features.length}`,
    );
  }
  const trained = trainedOf(model);
  const scaling = {
    centre: Float64Array.from(model.standardised.centre),
    scale: Float64Array.from(model.standardised.scale),
  };
  const standardised = standardise({ features, columns: width }, scaling, trained.largest, trained.smallest);
  return { columns: columnsOf(model), values: answersOf(trained, standardised, rows) };
}

/** Rows whose logits are computed at once. */
const ROWS_AT_ONCE = 256;

/** The outputs of standardised features: rows × outputs. */
function answersOf({ architecture, parameters }: TrainedModel, features: Float64Array, rows: number): Float64Array {
  const { inputs, outputs, output } = architecture;
  const answers = new Float64Array(rows * outputs);
  for (let first = 0; first < rows; first += ROWS_AT_ONCE) {
    const count = Math.min(ROWS_AT_ONCE, rows - first);
    const part = features.subarray(first * inputs, (first + count) * inputs);
    answers.set(logitsOf(architecture, parameters, { features: part, rows: count }), first * outputs);
  }
  for (let row = 0; row < rows; row++) {
    const own = answers.subarray(row * outputs, (row + 1) * outputs);
    own.set(OUTPUTS[output].answer(own));
  }
  return answers;
}

/** Whether a model predicts a number, and not the probability of a class. */
export const predictsNumber = (model: Model): boolean => 'output' in model && !OUTPUTS[model.output].isClass;

function columnsOf(model: Model): string[] {
  const { label } = model;
  if (predictsNumber(model)) return [label];
  const classes = 'classes' in model ? model.classes : undefined;
  return classes?.map((name) => `${label}_${name}_probability`) ?? [`${label}_probability`];
}

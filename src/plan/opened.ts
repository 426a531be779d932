/**
 * What a plan may open, by the name of the output: what it is in words, and which rows are behind it.
 *
 * An opening has a name of this table or is a parameter of the model. So nothing can be opened that does not say how many rows it is over.
 * @module
 */
import { invariant } from '../errors.ts';
import type { PhaseBuilder } from './phase-builder.ts';
import type { Loss, ValueId } from './plan.ts';

/**
 * The rows that an opened number is made of. `train`, `test`, `validation`: all of that kind; `trained`: the training rows that an epoch takes;
 * `batch`: those of one step; `all`: every row that enters.
 */
export type RowsBehind = 'train' | 'trained' | 'batch' | 'test' | 'validation' | 'all';

interface Opened {
  /** In the words of a data steward. */
  readonly what: string;
  readonly over: RowsBehind;
}

/** The output by which all parties learn whether the run was right so far. */
export const ALARM = 'alarm';

const OPENED = {
  sums: { what: 'mean of each feature over all training rows', over: 'train' },
  squares: { what: 'variance of each feature over all training rows', over: 'train' },
  'training loss': { what: 'mean loss of the last batch of an epoch', over: 'batch' },
  [ALARM]: {
    what: 'whether any value left its range (one bit; by layer and part of the run with reveal.alarmSites)',
    over: 'all',
  },
  'unclipped examples': {
    what: 'number of rows in steps whose gradient was not clipped, with noise',
    over: 'trained',
  },
  correct: { what: 'number of test rows classified rightly', over: 'test' },
  'log loss': { what: 'mean log loss on the test rows', over: 'test' },
  'ordered pairs': { what: 'number of test pairs in the right order (for the AUC)', over: 'test' },
  'pairs in one bucket': {
    what: 'number of test pairs too close for their order to be counted (the error of the AUC)',
    over: 'test',
  },
  positives: { what: 'number of positive test rows (for the AUC)', over: 'test' },
  'confusion matrix': { what: 'number of test rows of each class, by predicted class', over: 'test' },
  'class hits': {
    what: 'number of test rows of each class that are classified rightly (for macro F1)',
    over: 'test',
  },
  'class predictions': { what: 'number of test rows classified into each class (for macro F1)', over: 'test' },
  'class sizes': { what: 'number of test rows of each class (for macro F1)', over: 'test' },
  'squared error': { what: 'mean squared error on the test rows', over: 'test' },
  'validation accuracy': { what: 'number of validation rows classified rightly, after an epoch', over: 'validation' },
  'validation logLoss': { what: 'mean log loss on the validation rows, after an epoch', over: 'validation' },
  'training rows by confidence': {
    what: 'number of training rows that the model is so sure of, by threshold (release gate)',
    over: 'train',
  },
  'test rows by confidence': {
    what: 'number of test rows that the model is so sure of, by threshold (release gate)',
    over: 'test',
  },
} as const satisfies Readonly<Record<string, Opened>>;

/** What the outputs of an auditor's copy are called before the name of a parameter. */
export const AUDITED = 'audited ';
const PARAMETER = /^(?:weights|bias) \d+$/;

export type ParameterName = `${'weights' | 'bias'} ${number}`;
export type OpeningName = keyof typeof OPENED | ParameterName | `${typeof AUDITED}${ParameterName}`;

const isListed = (name: string): name is keyof typeof OPENED => Object.hasOwn(OPENED, name);
export const isParameterName = (name: string): name is ParameterName => PARAMETER.test(name);

/** Reveals an output that this table knows. */
export function revealOpened(
  phase: PhaseBuilder,
  of: ValueId,
  name: OpeningName,
  to: readonly string[],
  loss?: Loss,
): void {
  phase.reveal(of, name, to, loss);
}

/** What an output is. */
export function openedAs(name: string): Opened {
  if (isListed(name)) return OPENED[name];
  // An auditor gets a parameter whatever becomes of the others' copies.
  const parameter = name.startsWith(AUDITED) ? name.slice(AUDITED.length) : name;
  invariant(isParameterName(parameter), `the output '${name}' says which rows it is over`);
  const what = parameter === name ? 'the model' : 'the model, before the release gate';
  return { what: `${what}: ${parameter}`, over: 'trained' };
}

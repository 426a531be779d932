/**
 * Everything that a plan may open, by the name of the output. An opening has a name of this table, or is a parameter of the model or a fill, so nothing can be opened
 * that does not say what it is and how many rows it is over.
 * @module
 */
import { invariant } from '../../errors.ts';
import type { Loss, ValueId } from '../plan.ts';
import type { PhaseBuilder } from '../write/phase-builder.ts';
import { alarmOutputs } from './alarm.ts';
import { classCountOutputs } from './class-counts.ts';
import { type FillName, fillNamed } from './fills.ts';
import { gateOutputs } from './gate-counts.ts';
import { type LossKey, metricOutputs } from './metrics.ts';
import { momentOutputs } from './moments.ts';
import type { Output, OutputKind, Recipients, ReportedLoss } from './output.ts';
import { type Copy, type ParameterName, parameterNamed, type parameterOutput } from './parameters.ts';
import { trainingLossOutputs } from './training-loss.ts';
import { unclippedOutputs } from './unclipped.ts';
import { validationOutputs } from './validation.ts';

const OUTPUTS = {
  ...momentOutputs,
  ...classCountOutputs,
  ...metricOutputs,
  ...trainingLossOutputs,
  ...validationOutputs,
  ...gateOutputs,
  ...alarmOutputs,
  ...unclippedOutputs,
} satisfies Readonly<Record<string, Output<LossKey>>>;

type Listed = keyof typeof OUTPUTS;
export type OutputName = Listed | ReturnType<typeof parameterOutput<Copy>> | ParameterName | FillName;

const isListed = (name: string): name is Listed => Object.hasOwn(OUTPUTS, name);

/** The output of that name, if it is none of the table but one of many alike. */
const namedAlike = (name: string): Output<LossKey> | undefined => parameterNamed(name) ?? fillNamed(name);

/** True: it is an output of that kind. False: it is one of another kind, or none of a training. */
export const isOutput = (name: string, kind: OutputKind): boolean =>
  (isListed(name) ? OUTPUTS[name] : namedAlike(name))?.kind === kind;

/** What the output of that name is. */
export function outputNamed(name: string): Output<LossKey> {
  const output = isListed(name) ? OUTPUTS[name] : namedAlike(name);
  invariant(output !== undefined, `the output '${name}' says which rows it is over`);
  return output;
}

/** Reveals an output of the catalogue to those whom its record names. */
export function revealOutput(
  phase: PhaseBuilder,
  of: ValueId,
  name: OutputName,
  recipients: Recipients,
  loss?: Loss,
): void {
  phase.reveal(of, name, outputNamed(name).recipients(recipients), loss);
}

/** How a report speaks of each mean loss that a plan can open; of folds as of all rows. */
export const REPORTED_LOSSES: readonly ReportedLoss<LossKey>[] = [
  ...new Map(Object.values<Output<LossKey>>(OUTPUTS).flatMap(({ loss }) => (loss ? [[loss.key, loss]] : []))).values(),
];

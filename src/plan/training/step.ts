/**
 * What a plan needs of a training step. Each way to train is one implementation, and the assembler of a plan never asks which one it has.
 * @module
 */
import type { Model } from '../../graph/model.ts';
import type { Lowering } from '../lowering/lowering.ts';
import type { Watched } from '../lowering/watched.ts';
import type { Recipients } from '../outputs/output.ts';
import type { ValueId } from '../plan.ts';
import type { PhaseBuilder } from '../write/phase-builder.ts';
import type { Batches } from './batches.ts';
import type { FirstLayerScale } from './first-layer.ts';

export interface TrainingStep {
  readonly batches: Batches;
  readonly model: Pick<Model, 'state' | 'loss'>;
  readonly firstScale: FirstLayerScale | undefined;
  /** True: how far all steps together can move a parameter is proved. False: the state is watched in every step. */
  readonly isProved: boolean;
  /** What the range alarm may look at where the model is evaluated. */
  readonly evaluationWatches: Watched;
  /** True: the alarm is read between steps. False: it is read at the end alone, together with everything else that is opened. */
  readonly readsAlarm: boolean;
  /** Adds what the step keeps beside the state of the model. */
  readonly addState: () => void;
  /** Writes the step into its phase, up to the new values of the state. */
  readonly lower: (phase: PhaseBuilder, state: readonly ValueId[]) => Lowering;
  /** Throws `TREFOIL_PLAN` where a step can move a state further than it can be watched. */
  readonly requireSmallStep: (phase: PhaseBuilder, state: ValueId, updated: ValueId, name: string) => void;
  /** What is opened of counts on held-out rows: the counts themselves, or these with noise. */
  readonly opened: <Count extends { readonly value: ValueId }>(
    phase: PhaseBuilder,
    counts: readonly Count[],
  ) => readonly Count[];
  /** Reveals what the step itself has to say to those whom the output's record names. */
  readonly reveal: (phase: PhaseBuilder, recipients: Recipients) => void;
}

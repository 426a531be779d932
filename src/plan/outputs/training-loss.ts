/**
 * The loss of the last batch of each epoch.
 * @module
 */
import { asOpened, type Output } from './output.ts';

export const TRAINING_LOSS = 'training loss';

export const trainingLossOutputs = {
  [TRAINING_LOSS]: {
    kind: 'training loss',
    what: 'mean loss of the last batch of an epoch',
    over: 'batch',
    recipients: ({ trainingLoss }) => trainingLoss,
    // What is reported of the training is the loss that is trained on, of the scaled target.
    loss: { key: 'trainingLoss', words: 'training loss', inUnits: asOpened },
  },
} as const satisfies Readonly<Record<string, Output>>;

/** The digest is the same for the same task, and another one as soon as anything about the task changes. */
import { expect, it } from 'vitest';
import { planDigest } from '../../src/plan/digest.ts';
import { rolesOf } from '../../src/plan/plan.ts';
import type { TrainingTask } from '../../src/plan/training/task.ts';
import { trainingPlan } from '../../src/plan/training/training-plan.ts';
import { EVERYTHING, logistic, PARTIES, taskOf } from '../runtime/task.ts';

const BASE = taskOf({ reveal: EVERYTHING, moments: true });
const metrics = (changed: Partial<TrainingTask['reveal']['metrics']>) => ({
  reveal: { ...EVERYTHING, metrics: { ...EVERYTHING.metrics, ...changed } },
});
const CHANGES: Readonly<Record<string, Partial<TrainingTask>>> = {
  'the trust mode': { roles: rolesOf('dealer', PARTIES) },
  'the order of the parties': { roles: rolesOf('honest-majority', ['east', 'north', 'south']) },
  'a name': {
    roles: rolesOf('honest-majority', ['north', 'east', 'west']),
    trainRows: { north: 20, east: 13, west: 9 },
    testRows: { north: 0, east: 10, west: 7 },
  },
  features: { architecture: logistic(4) },
  'the threshold': { architecture: { ...logistic(3), threshold: 0.4 } },
  'training rows': { trainRows: { north: 20, east: 14, south: 9 } },
  'who has them': { trainRows: { north: 13, east: 20, south: 9 } },
  'test rows': { testRows: { north: 0, east: 9, south: 7 } },
  'who has those': { testRows: { north: 10, east: 0, south: 7 } },
  moments: { moments: false },
  clip: { clip: 2.5 },
  batch: { batch: 9 },
  epochs: { epochs: 4 },
  'the learning rate': { learningRate: { schedule: 'constant', initial: 0.25 } },
  'its schedule': { learningRate: { schedule: 'inverse', initial: 0.5, decay: 0.1 } },
  'its parameters': { learningRate: { schedule: 'step', initial: 0.5, factor: 0.5, everyEpochs: 2 } },
  'its other parameters': { learningRate: { schedule: 'step', initial: 0.5, factor: 0.5, everyEpochs: 3 } },
  l2: { l2: 0.02 },
  'no l2': { l2: 0 },
  fractionalBits: { fractionalBits: 15 },
  'who learns the loss': { reveal: { ...EVERYTHING, trainingLoss: ['east'] } },
  'nobody learns the loss': { reveal: { ...EVERYTHING, trainingLoss: [] } },
  'who learns the model': { reveal: { ...EVERYTHING, model: ['north'] } },
  'who learns the accuracy': metrics({ accuracy: ['north'] }),
  'who learns the AUC': metrics({ auc: ['south'] }),
  'who learns the log loss': metrics({ logLoss: [] }),
  'who learns the confusion matrix': metrics({ confusionMatrix: ['east'] }),
  'who learns macro F1': metrics({ macroF1: ['east'] }),
};

it('is deterministic', () => {
  expect(planDigest(trainingPlan(BASE))).toBe(planDigest(trainingPlan(structuredClone(BASE))));
  expect(planDigest(trainingPlan(BASE))).toMatch(/^[0-9a-f]{64}$/);
});

it('is another one for each change', () => {
  const digests = new Map([['nothing', planDigest(trainingPlan(BASE))]]);
  for (const [name, change] of Object.entries(CHANGES))
    digests.set(name, planDigest(trainingPlan({ ...BASE, ...change })));
  expect(new Set(digests.values()).size).toBe(digests.size);
});

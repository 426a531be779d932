/**
 * In which form weights of rows reach the gradients.
 * @module
 */
import { hasHidden, type Weighting } from '../../graph/mlp.ts';
import type { TrainingTask } from './task.ts';

/**
 * The cheapest form. A model of one layer takes weighted features: as much again enters, and no step takes a round more. In any other one the gradient at the
 * output is multiplied, which takes two rounds more a step: that of the product, and that of its truncation.
 */
export function weightingOf({
  architecture,
  privacy,
  weights,
  columns,
}: Pick<TrainingTask, 'architecture' | 'privacy' | 'weights' | 'columns'>): Weighting | undefined {
  if (weights === undefined) return undefined;
  // Of a row whose columns lie with several owners nobody knows the weighted features.
  const hasFeatures = !hasHidden(architecture) && privacy === undefined && columns === undefined;
  return hasFeatures ? 'features' : 'gradients';
}

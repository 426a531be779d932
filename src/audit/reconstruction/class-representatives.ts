/**
 * What a record of each class typically looks like, from global models alone (Fredrikson et al. 2015, model inversion): the input that the models
 * of several rounds are surest of together. It shows a class, not a person, unless the class is one.
 * @module
 */
import { differentiate } from '../../graph/differentiate.ts';
import { GraphValues } from '../../graph/evaluate.ts';
import { scalar } from '../../graph/graph.ts';
import { type Architecture, classCount, network } from '../../graph/mlp.ts';
import { targets } from '../models/gradient.ts';
import { named, type Parameters } from '../models/network.ts';

export interface ModelInversion {
  readonly steps: number;
  readonly rate: number;
  /** What the adversary takes for a usual record, and the factor of half the squared distance to it: what no model has learnt anything about stays there. */
  readonly usual: Float64Array;
  readonly penalty: number;
  readonly range: readonly [low: number, high: number];
}

/** One row for each class; `models` are the global models of as many rounds. */
export function classRepresentatives(
  architecture: Architecture,
  models: readonly Parameters[],
  { steps, rate, usual, penalty, range: [low, high] }: ModelInversion,
): Float64Array {
  const classes = classCount(architecture);
  const { graph, loss, features: input } = network(architecture, classes);
  const [slope] = differentiate(graph, loss, [input], scalar(1 / models.length));
  const features = Float64Array.from({ length: classes * usual.length }, (_, i) => usual[i % usual.length]);
  const labels = targets(
    architecture,
    Float64Array.from({ length: classes }, (_, c) => c),
  );
  const values = models.map((model) => ({
    values: new GraphValues(graph),
    bindings: named(model).set('features', features).set('labels', labels),
  }));
  for (let step = 0; step < steps; step++) {
    const slopes = values.map((of) => of.values.evaluate(of.bindings, 1)[slope]);
    for (let i = 0; i < features.length; i++) {
      const pull = slopes.reduce((sum, of) => sum + of[i], 0) + penalty * (features[i] - usual[i % usual.length]);
      features[i] = Math.min(high, Math.max(low, features[i] - rate * pull));
    }
  }
  return features;
}

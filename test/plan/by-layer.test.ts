/** Every byte that a plan sends for an operation belongs to one layer, and a layer's operations are found from the names of their values. */

import { describe, expect, it } from 'vitest';
import { perceptron } from '../../src/graph/mlp.ts';
import type { Plan, TrustMode } from '../../src/plan/plan.ts';
import { costByLayer, layersOfOperations } from '../../src/plan/quote/by-layer.ts';
import { planCost } from '../../src/plan/quote/cost.ts';
import { trainingPlan } from '../../src/plan/training/training-plan.ts';
import { TRUST } from '../protocol/harness.ts';
import { type Changes, EVERYTHING, taskOf } from '../runtime/task.ts';

const MLP: Changes = {
  architecture: perceptron({ inputs: 3, hidden: [5, 4], activation: 'relu', output: 'softmax', outputs: 3 }),
  clip: 1,
  reveal: { ...EVERYTHING, metrics: { ...EVERYTHING.metrics, auc: [] } },
};
const ADAM: Changes = {
  ...MLP,
  optimiser: { type: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-3 },
  learningRate: { schedule: 'constant', initial: 0.01 },
};
const JOBS: Readonly<Record<string, Changes>> = { 'an MLP': MLP, 'an MLP with Adam': ADAM, 'a logistic model': {} };

const planOf = (trust: TrustMode, changes: Changes = MLP): Plan => trainingPlan(taskOf({ ...changes, trust }));

function training(plan: Plan) {
  const phase = plan.phases.find(({ trains }) => trains);
  if (phase === undefined) throw new Error('nothing trains');
  return phase;
}

describe.each(TRUST)('the cost by layer, %s', (trust) => {
  it.each(Object.keys(JOBS))('adds up to the bytes of every phase of %s', (job) => {
    const plan = planOf(trust, JOBS[job]);
    const { phases } = planCost(plan);
    const [sender] = plan.roles.evaluators;
    for (const [session, { traffic }] of phases.entries()) {
      const sent = (kind: string, from: string) =>
        traffic.filter((each) => each.kind === kind && each.from === from).reduce((sum, { bytes }) => sum + bytes, 0);
      const layers = costByLayer(plan, plan.phases[plan.sessions[session].phase]);
      expect(layers.reduce((sum, { openingBytes }) => sum + openingBytes, 0)).toBe(sent('opening', sender));
      expect(layers.reduce((sum, { correctionBytes }) => sum + correctionBytes, 0)).toBe(
        sent('correction', plan.roles.dealer),
      );
    }
  });

  it('opens something of some layer in every round', () => {
    const plan = planOf(trust);
    for (const phase of plan.phases) {
      const layers = costByLayer(plan, phase);
      expect(Math.max(0, ...layers.map(({ rounds }) => rounds))).toBeLessThanOrEqual(phase.openingRounds);
      expect(layers.reduce((sum, { rounds }) => sum + rounds, 0)).toBeGreaterThanOrEqual(phase.openingRounds);
    }
  });
});

describe('the layer of an operation', () => {
  it('is one of the model, its gradients, its weights, or a part with a name of its own', () => {
    const plan = planOf('dealer');
    expect(new Set(layersOfOperations(plan, training(plan)))).toEqual(
      new Set([
        ...[1, 2, 3].flatMap((i) => [`layer ${i}`, `weights ${i}`]),
        ...[1, 2].map((i) => `gradient of layer ${i}`),
        ...['softmax', 'alarm', 'records'],
      ]),
    );
  });

  it('gives a product to what it becomes, and an activation to what it is applied to', () => {
    const plan = planOf('honest-majority');
    const phase = training(plan);
    const layers = layersOfOperations(plan, phase);
    const of = (name: string) => layers.filter((_, i) => phase.ops[i].op.op === name);
    const products = phase.ops.flatMap(({ op }, i) => (op.op === 'product' && op.form === 'matmul' ? [layers[i]] : []));
    expect(products).toEqual(['layer 1', 'layer 2', 'layer 3']);
    expect(
      of('bitTimes')
        .filter((layer) => layer !== 'softmax')
        .toSorted(),
    ).toEqual(['layer 1', 'layer 2', 'gradient of layer 1', 'gradient of layer 2'].toSorted());
    expect(new Set([...of('randomSums'), ...of('watch')])).toEqual(new Set(['alarm']));
  });

  it('is that of the sigmoid’s argument in a logistic model, whose comparisons serve the alarm', () => {
    const plan = planOf('dealer', {});
    const phase = training(plan);
    const layers = layersOfOperations(plan, phase);
    const of = (name: string) => layers.filter((_, i) => phase.ops[i].op.op === name);
    expect(of('fourier')).toEqual(['layer 1']);
    expect(of('lessThan')).toEqual(['alarm', 'alarm']);
  });
});

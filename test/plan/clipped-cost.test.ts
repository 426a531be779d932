/** What clipping row by row costs: at most ten rounds a step more than without, as planned and as counted; and the watched norms of weights. */
import { describe, expect, it } from 'vitest';
import { clippedMlp } from '../../src/graph/clipped-mlp.ts';
import { scalar, times } from '../../src/graph/graph.ts';
import { type Architecture, mlp, perceptron } from '../../src/graph/mlp.ts';
import { clippedScales } from '../../src/plan/lowering/clipped-scales.ts';
import { Lowering } from '../../src/plan/lowering/lowering.ts';
import { rolesOf, type TrustMode } from '../../src/plan/plan.ts';
import { layersOfOperations } from '../../src/plan/quote/by-layer.ts';
import { phaseRounds } from '../../src/plan/quote/cost.ts';
import { type FirstLayerScale, firstLayerScale } from '../../src/plan/training/first-layer.ts';
import { watchNorm } from '../../src/plan/training/weight-norms.ts';
import { PlanBuilder } from '../../src/plan/write/plan-builder.ts';
import { productBits } from '../../src/protocol/product.ts';
import { simulate } from '../../src/runtime/clear/simulate.ts';
import { PARTIES, Program, record, TRUST } from '../protocol/harness.ts';
import { batchOf, clippedStep } from './clipped-step.ts';

const SGD = { type: 'sgd' } as const;
const [BATCH, RATE, DATA_BITS, WEIGHT_LIMIT] = [256, 0.5, 8, 8];

const network = (inputs: number, hidden: readonly number[], outputs: number): Architecture =>
  perceptron({ inputs, hidden, activation: 'relu', output: outputs === 1 ? 'sigmoid' : 'softmax', outputs });

/** Opening rounds of a step of plain descent, clipped row by row or not. */
function rounds(trust: TrustMode, architecture: Architecture, isClipped: boolean): number {
  const roles = rolesOf(trust, PARTIES);
  const plan = new PlanBuilder(roles, [RATE]);
  const training = { batch: BATCH, expectedBatch: BATCH, clip: 1, hasPadding: true, l2: 0, optimiser: SGD };
  const clipped = clippedMlp(architecture, training);
  const plain = mlp(architecture, { batch: BATCH, l2: 0, optimiser: SGD });
  const model = isClipped ? clipped : plain;
  const setting = { roles, architecture, optimiser: SGD, l2: 0, fractionalBits: 16, dataBits: DATA_BITS, clip: 1 };
  const first = firstLayerScale(setting, WEIGHT_LIMIT);
  const states = model.state.map(({ name, rows, cols }) =>
    plan.addState({ rows, cols }, (name === 'weights 1' ? first?.weights : undefined) ?? 16, WEIGHT_LIMIT, name),
  );
  plan.phase('step', (phase) => {
    const data = (name: string, cols: number, bits: number) =>
      phase.input(PARTIES[0], name, { rows: BATCH, cols }, bits, 1);
    const known = [
      [model.features, data('features', architecture.inputs, DATA_BITS)],
      [model.labels, data('labels', architecture.outputs, 0)],
      ...model.state.map(({ node }, i) => [node, states[i]] as const),
    ] as const;
    const padding = clipped.padding === undefined ? [] : [[clipped.padding, data('padding', 1, 0)] as const];
    const lowering = isClipped
      ? new Lowering(model.graph, phase, 28, [...known, ...padding], 'weights')
      : new Lowering(model.graph, phase, 28, known);
    if (isClipped) lowering.clipRows(clipped.clippedLayers, scalesOf(trust, architecture, first));
    else {
      if (first !== undefined) lowering.fixScale(model.firstGradient, first.gradient);
      lowering.limitGradients(model.hiddenGradients, times(model.lossFactor, scalar(1 / BATCH)));
    }
    for (const [i, { name, updated }] of model.state.entries()) {
      phase.update(states[i], lowering.updated(updated, states[i], name, 1).value);
    }
  });
  expect(plan.sites.length > 0).toBe(!isClipped);
  expect(layersOfOperations(plan, plan.phases[0]).includes('clipping')).toBe(isClipped);
  return plan.phases[0].openingRounds;
}

function scalesOf(trust: TrustMode, architecture: Architecture, first: FirstLayerScale | undefined, limit = 1) {
  const by = RATE / BATCH;
  const evaluators = rolesOf(trust, PARTIES).evaluators.length;
  return clippedScales({
    evaluators,
    architecture,
    parameterBits: 16,
    firstOutputBits: DATA_BITS + (first?.weights ?? 16) + productBits(evaluators),
    batch: BATCH,
    limit,
    by: { least: by, most: by },
    dataClip: 1,
    weightLimit: WEIGHT_LIMIT,
    ...(first === undefined ? {} : { firstGradientBits: first.gradient }),
  });
}

describe.each(TRUST)('in %s', (trust) => {
  it.each([
    [network(784, [128], 10), 23, 9],
    [network(784, [128, 128], 10), 31, 9],
    [network(64, [32], 10), 23, 9],
    // Four are for the logits, which are clamped instead of watched.
    [network(30, [], 1), 4, 13],
  ])('$hidden: a step of %j', (architecture, plain, more) => {
    expect(rounds(trust, architecture, false)).toBe(plain);
    expect(rounds(trust, architecture, true)).toBe(plain + more);
  });

  it('the planned rounds are those that pass', async () => {
    const architecture = network(5, [6], 3);
    const { program } = clippedStep({ trust, architecture, limit: 1, expectedBatch: 8 }, batchOf(architecture, 9, 1));
    const plan = program.plan();
    const { messages } = await record(plan, program.inputsOf);
    const exchanges = new Set(
      messages.flatMap(({ kind, position: { phase, step, round } }) =>
        ['opening', 'input', 'output'].includes(kind) ? [[kind, phase, step, round].join()] : [],
      ),
    );
    expect(exchanges.size).toBe(phaseRounds(plan.phases[0]));
  });

  it.each([
    [[3, 0, -4], 5.2, true],
    [[3, 0, -4], 4.9, false],
    [[8, 8, 8], 13.8, false],
    [[8, 8, 8], 14, true],
  ])('weights %j, watched to stay below a norm of %d: %s', async (weights, limit, isBelow) => {
    const program = new Program(trust);
    program.builder.phase('watch', (phase) => {
      watchNorm(phase, program.real(phase, 'east', weights, { rows: 3, cols: 1 }, 16, WEIGHT_LIMIT), limit);
    });
    program.builder.phase('alarm', (phase) => phase.reveal(phase.alarm(), 'alarm', PARTIES));
    const run = simulate(program.plan(), program.inputsOf);
    if (isBelow) expect((await run).outcomes.get('south')?.revealed.get('alarm')).toEqual(new Float64Array(1));
    else await expect(run).rejects.toMatchObject({ code: 'TREFOIL_RANGE' });
  });
});

it('refuses a limit that leaves too few bits for gradients', () => {
  const deep = network(784, [128, 128, 128], 10);
  expect(() => scalesOf('dealer', deep, undefined)).toThrow(expect.objectContaining({ code: 'TREFOIL_PLAN' }));
});

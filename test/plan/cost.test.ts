/** What a plan quotes is what the links count: rounds, and bytes by sender, receiver and kind; for every operation and for whole jobs. */

import { describe, expect, it } from 'vitest';
import { scalar } from '../../src/graph/graph.ts';
import { perceptron } from '../../src/graph/mlp.ts';
import type { Plan, TrustMode, ValueId } from '../../src/plan/plan.ts';
import { largestMessage, phaseRounds, planCost } from '../../src/plan/quote/cost.ts';
import { operationBytes } from '../../src/plan/quote/operation-bytes.ts';
import type { TrainingTask } from '../../src/plan/training/task.ts';
import { trainingPlan } from '../../src/plan/training/training-plan.ts';
import type { PhaseBuilder } from '../../src/plan/write/phase-builder.ts';
import type { InputsOf } from '../../src/runtime/clear/simulate.ts';
import { PARTIES, Program, record, SIZES, TRUST } from '../protocol/harness.ts';
import { type Changes, EVERYTHING, inputsOf, logistic, NOBODY, taskOf } from '../runtime/task.ts';

type Write = (phase: PhaseBuilder, program: Program, x: ValueId, y: ValueId) => void;

/** Of whose values nothing is known: all of their bits are compared. */
const wide = (phase: PhaseBuilder, x: ValueId) => phase.bounded(x, 2 ** 61);

/** Beside the inputs: which rounds and which bytes an evaluator sends to each other, for n elements. */
const OPERATIONS: Readonly<Record<string, { write: Write; rounds: number; bytes: (n: number) => number }>> = {
  open: { write: (phase, _, x) => phase.open(x), rounds: 1, bytes: (n) => 8 * n },
  product: { write: (phase, _, x, y) => phase.product('elementwise', x, y), rounds: 0, bytes: () => 0 },
  'truncate by 13 bits': {
    write: (phase, _, x) => phase.truncate(x, -13),
    rounds: 1,
    bytes: (n) => Math.ceil((13 * n) / 8),
  },
  'truncate to shares': {
    write: (phase, program, x) => program.truncateToShares(phase, x, 5),
    rounds: 0,
    bytes: () => 0,
  },
  fourier: { write: (phase, _, x) => phase.fourier('sigmoid', x, scalar(1), 30), rounds: 0, bytes: () => 0 },
  lessThan: {
    write: (phase, _, x) => phase.lessThan(wide(phase, x), 3),
    rounds: 2,
    bytes: (n) => 33 * Math.ceil(n / 8),
  },
  'lessThan of 4 bits': {
    write: (phase, _, x) => phase.lessThan(phase.bounded(x, 8), 3),
    rounds: 0,
    bytes: () => 0,
  },
  'lessThan of 14 bits': {
    write: (phase, _, x) => phase.lessThan(phase.bounded(x, 2 ** 13), 3),
    rounds: 1,
    bytes: (n) => 6 * Math.ceil(n / 8),
  },
  'lessThan of 41 bits, 20 of them left out': {
    // Six blocks, folded three by three, then both.
    write: (phase, _, x) => phase.lessThan(phase.bounded(x, 2 ** 40), 3, 2 ** 20),
    rounds: 2,
    bytes: (n) => (4 + 5 + 2) * Math.ceil(n / 8),
  },
  openBits: {
    write: (phase, _, x) => phase.openBits(phase.lessThan(wide(phase, x), 3)),
    rounds: 3,
    bytes: (n) => 34 * Math.ceil(n / 8),
  },
  bitTimes: {
    write: (phase, _, x, y) => phase.bitTimes(phase.openBits(phase.lessThan(wide(phase, x), 3)), y),
    rounds: 3,
    bytes: (n) => 34 * Math.ceil(n / 8),
  },
  watch: {
    write: (phase, _, x) => phase.watch(wide(phase, x), 9, 'x'),
    rounds: 2,
    bytes: (n) => 66 * Math.ceil(n / 8),
  },
  watchSums: {
    // Sums below 2^47 (of one alone 2^40): twelve blocks (or eleven), folded to three and to one, for both ends.
    write: (phase, _, x) => phase.watchSums(phase.bounded(x, 2 ** 40), 9, 100, 3, 'x'),
    rounds: 2,
    bytes: (n) => 2 * (6 + 7 + (n > 1 ? 7 : 5) + 4) * Math.ceil((3 * Math.ceil(n / 100)) / 8),
  },
  'allOf 5 bits': {
    write: (phase, _, x) =>
      phase.allOf(phase.lessThan(wide(phase, x), 3), [[0, 0, 0, 0, 0].map((column) => ({ column, inverted: false }))]),
    rounds: 4,
    // Eight inputs, then four.
    bytes: (n) => (33 + 12) * Math.ceil(n / 8),
  },
  sumColumns: { write: (phase, _, x) => phase.sumColumns(x), rounds: 0, bytes: () => 0 },
  repeatColumn: { write: (phase, _, x) => phase.repeatColumn(x, 2), rounds: 0, bytes: () => 0 },
  selectColumns: { write: (phase, _, x) => phase.selectColumns(x, [0, 0]), rounds: 0, bytes: () => 0 },
  sumRows: { write: (phase, _, x) => phase.sumRows(x), rounds: 0, bytes: () => 0 },
};

async function expectCounted(plan: Plan, inputs: InputsOf): Promise<void> {
  const { simulation, messages } = await record(plan, inputs);
  // With early stopping, of the sessions that ran, which are the same at every node.
  const [ran, ...others] = [...simulation.outcomes.values()].map(({ sessions }) => sessions);
  for (const other of others) expect(other).toEqual(ran);
  if (plan.earlyStopping === undefined) expect(ran).toEqual(plan.sessions);
  const cost = planCost({ ...plan, sessions: ran });
  const planned = new Map<string, number>();
  for (const { traffic, repeat } of cost.phases) {
    for (const { from, to, kind, bytes } of traffic) {
      const key = `${kind} from ${from} to ${to}`;
      planned.set(key, (planned.get(key) ?? 0) + repeat * bytes);
    }
  }
  const counted = new Map<string, number>();
  const exchanges = new Set<string>();
  for (const { from, to, kind, position, payload } of messages) {
    if (kind === 'ready' || kind === 'credit' || kind === 'decision') continue;
    const key = `${kind} from ${from} to ${to}`;
    counted.set(key, (counted.get(key) ?? 0) + payload.length);
    if (kind !== 'correction') exchanges.add([kind, position.phase, position.step, position.round].join());
  }
  for (const [key, bytes] of counted) if (bytes === 0) counted.delete(key);
  expect(counted).toEqual(planned);
  expect(exchanges.size).toBe(cost.rounds);
  for (const [node, links] of simulation.links) {
    for (const kind of ['opening', 'input', 'output', 'correction'] as const) {
      const sent = [...links.values()].reduce((sum, link) => sum + link.sent[kind], 0);
      expect(sent, `${kind} by ${node}`).toBe(cost.bytes[node][kind]);
    }
    const tensorBytes = simulation.outcomes.get(node)?.tensorBytes ?? 0;
    expect(tensorBytes, `memory of ${node}`).toBeGreaterThan(0);
    expect(tensorBytes, `memory of ${node}`).toBeLessThanOrEqual(cost.memory[node]);
    if (plan.roles.evaluators.includes(node)) expect(simulation.outcomes.get(node)?.rounds).toBe(cost.rounds);
  }
  expect(Math.max(...messages.map(({ payload }) => payload.length))).toBeLessThanOrEqual(largestMessage(plan));
}

const JOBS: Readonly<Record<string, Changes>> = {
  'the model alone': {},
  'everything opened': { reveal: EVERYTHING, moments: true },
  'a binary label by prediction, from 0.3 on': {
    architecture: { ...logistic(3), threshold: 0.3 },
    reveal: { ...EVERYTHING, metrics: { ...EVERYTHING.metrics, confusionMatrix: ['east'], macroF1: PARTIES } },
  },
  'a target, all opened': {
    architecture: { ...logistic(3), output: 'linear' },
    reveal: { ...EVERYTHING, metrics: { ...NOBODY, squaredError: PARTIES } },
  },
  'one step an epoch, with loss': { batch: 42, reveal: EVERYTHING, epochs: 2 },
  'a wide one with no penalty': { features: 17, l2: 0, batch: 20, trainRows: { north: 1, east: 40, south: 0 } },
  'three classes, two hidden layers, momentum': {
    architecture: perceptron({ inputs: 3, hidden: [5, 4], activation: 'relu', output: 'softmax', outputs: 3 }),
    optimiser: { type: 'momentum', momentum: 0.9, nesterov: true },
    learningRate: { schedule: 'constant', initial: 0.05 },
    clip: 1,
    reveal: { ...EVERYTHING, metrics: { ...EVERYTHING.metrics, auc: [] } },
  },
  'Adam, two hidden layers, all opened': {
    architecture: perceptron({ inputs: 3, hidden: [5, 4], activation: 'relu', output: 'softmax', outputs: 3 }),
    optimiser: { type: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-3 },
    learningRate: { schedule: 'constant', initial: 0.01 },
    clip: 1,
    reveal: { ...EVERYTHING, metrics: { ...EVERYTHING.metrics, auc: [] } },
  },
  'Adam on clipped gradients': {
    architecture: perceptron({ inputs: 3, hidden: [5], activation: 'sigmoid', output: 'sigmoid', outputs: 1 }),
    optimiser: { type: 'adam', beta1: 0.5, beta2: 0.99, epsilon: 2 ** -12 },
    clipGradient: 0.1,
    l2: 0,
    batch: 20,
  },
  'early stopping of a softmax, one step an epoch': {
    architecture: perceptron({ inputs: 3, hidden: [4], activation: 'relu', output: 'softmax', outputs: 3 }),
    earlyStopping: { metric: 'logLoss', patience: 1, rows: { north: 1, east: 9, south: 0 } },
    batch: 42,
    epochs: 6,
    learningRate: { schedule: 'constant', initial: 1 },
    clip: 1,
  },
  'early stopping, with a loss': {
    architecture: perceptron({ inputs: 3, hidden: [4], activation: 'relu', output: 'sigmoid', outputs: 1 }),
    earlyStopping: { metric: 'accuracy', patience: 1, rows: { north: 6, east: 0, south: 5 } },
    epochs: 5,
    reveal: EVERYTHING,
  },
  'clipped gradients': {
    architecture: perceptron({ inputs: 3, hidden: [5], activation: 'relu', output: 'sigmoid', outputs: 1 }),
    clipGradient: 0.1,
    batch: 20,
  },
  'a hidden layer of sigmoids': {
    architecture: perceptron({ inputs: 3, hidden: [5], activation: 'sigmoid', output: 'sigmoid', outputs: 1 }),
    reveal: EVERYTHING,
  },
  'one feature, batches of one': { features: 1, batch: 1, trainRows: { north: 1, east: 1, south: 1 }, clip: 1 },
  'weighted rows, with a loss': {
    weights: { largest: 3, needsClassCounts: true },
    reveal: { ...EVERYTHING, metrics: NOBODY },
  },
  'weighted rows of a softmax, with a loss': {
    architecture: perceptron({ inputs: 3, hidden: [4], activation: 'relu', output: 'softmax', outputs: 3 }),
    weights: { largest: 1, needsClassCounts: false },
    clip: 1,
    reveal: { ...EVERYTHING, metrics: NOBODY },
  },
  // More rows than pairs are compared of: 53 and then 1024.
  'rows counted by logit': { reveal: EVERYTHING, testRows: { north: 0, east: 600, south: 477 }, epochs: 1 },
};

describe.each(TRUST)('in %s', (trust) => {
  it.each(Object.entries(OPERATIONS))('%s', async (_, { write, rounds, bytes }) => {
    for (const n of [...SIZES, 300]) {
      const program = new Program(trust);
      program.builder.phase('test', (phase) => {
        const [x, y] = ['north', 'east'].map((owner) =>
          program.integers(
            phase,
            owner,
            Array.from({ length: n }, (_, i) => BigInt(i)),
          ),
        );
        write(phase, program, x, y);
      });
      const plan = program.plan();
      expect(plan.phases[0].openingRounds).toBe(rounds);
      const { evaluators } = plan.roles;
      expect(planCost(plan).bytes[evaluators[0]].opening).toBe((evaluators.length - 1) * bytes(n));
      await expectCounted(plan, program.inputsOf);
    }
  });

  it('the alarm', async () => {
    const program = new Program(trust);
    program.builder.phase('alarm', (phase) => phase.reveal(phase.alarm(), 'tripped', PARTIES));
    expect(program.plan().phases[0].openingRounds).toBe(4);
    await expectCounted(program.plan(), program.inputsOf);
  });

  it.each(Object.entries(JOBS))('a job: %s', async (_, changes) => {
    const task = taskOf({ ...changes, trust });
    const plan = trainingPlan(task);
    expectAddedUp(plan);
    await expectCounted(plan, inputsOf(task));
  });
});

/** What the operations of a phase send is what the phase sends. */
function expectAddedUp(plan: Plan): void {
  const sent = planCost(plan).phases;
  for (const [i, { phase }] of plan.sessions.entries()) {
    const each = plan.phases[phase].ops.map(({ op }) => operationBytes(op, plan));
    const total = { opening: 0, correction: 0 };
    for (const { kind, from, bytes } of sent[i].traffic) {
      const receivers = kind === 'opening' ? plan.roles.evaluators.length - 1 : 1;
      const counts = kind === 'correction' || (kind === 'opening' && from === plan.roles.evaluators[0]);
      if (counts) total[kind] += bytes / receivers;
    }
    expect({
      opening: each.reduce((sum, { opened }) => sum + opened, 0),
      correction: each.reduce((sum, { correction }) => sum + correction, 0),
    }).toEqual(total);
  }
}

const step = (trust: TrustMode, changes: Changes): { rounds: number; bytes: number } => {
  const task: TrainingTask = taskOf({ trust, trainRows: { north: 200, east: 150, south: 100 }, ...changes });
  const plan = trainingPlan(task);
  const cost = planCost(plan);
  const at = plan.sessions.findIndex(({ phase }) => plan.phases[phase].name === 'training');
  const [sender] = plan.roles.evaluators;
  const bytes = cost.phases[at].traffic.reduce(
    (sum, { from, kind, bytes }) => sum + (from === sender && kind !== 'correction' ? bytes : 0),
    0,
  );
  return { rounds: phaseRounds(plan.phases[plan.sessions[at].phase]), bytes };
};

describe('the budgets of a step', () => {
  const shape = { features: 10, batch: 128, clip: 10, epochs: 30 };
  it.each([shape, { ...shape, l2: 0 }, { ...shape, features: 30 }, { ...shape, reveal: EVERYTHING }])(
    'five rounds and, at 10 features, 4 KiB an evaluator: %o',
    (changes) => {
      for (const trust of TRUST) {
        const { rounds, bytes } = step(trust, changes);
        expect(rounds).toBeLessThanOrEqual(5);
        const peers = trust === 'dealer' ? 2 : 1;
        if (changes.features === 10) expect(bytes / peers).toBeLessThanOrEqual(4096);
      }
    },
  );
});

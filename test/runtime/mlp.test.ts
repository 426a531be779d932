/** Multi-layer perceptrons, trained on shares, against the float64 twin. */
import { expect, it } from 'vitest';
import { planCost } from '../../src/plan/cost.ts';
import { rolesOf } from '../../src/plan/plan.ts';
import { type TrainingTask, trainingPlan } from '../../src/plan/training-plan.ts';
import { publicStreams } from '../../src/prg/session-keys.ts';
import { runFloat64 } from '../../src/runtime/plaintext.ts';
import { simulate } from '../../src/runtime/simulate.ts';

const PARTIES = ['north', 'east', 'south'];
const INPUTS = 6;
const CLASSES = 4;

function task(changes: Partial<TrainingTask> = {}): TrainingTask {
  return {
    roles: rolesOf('honest-majority', PARTIES),
    architecture: { inputs: INPUTS, hidden: [12, 8], activation: 'relu', output: 'softmax', outputs: CLASSES },
    initial: 'he',
    optimiser: { type: 'sgd' },
    trainRows: { north: 60, east: 40, south: 28 },
    testRows: { north: 0, east: 20, south: 20 },
    moments: false,
    clip: 1,
    batch: 16,
    epochs: 12,
    learningRate: { schedule: 'constant', initial: 0.2 },
    l2: 0.001,
    fractionalBits: 16,
    dataBits: 12,
    reveal: { trainingLoss: ['north'], metrics: { accuracy: PARTIES, auc: [], logLoss: PARTIES }, model: PARTIES },
    ...changes,
  };
}

function noise(...at: readonly number[]): number {
  const s = Math.sin(at.reduce((sum, x, i) => sum + x * (12.9898 + 31.7 * i), 1)) * 43758.5453;
  return 2 * (s - Math.floor(s)) - 1;
}

/** Points on a 2^-12 grid, labelled by the largest of a few products of their coordinates. */
function inputsOf({ trainRows, testRows }: TrainingTask) {
  return (owner: string) => (name: string) => {
    const [kind, what] = name.split('.');
    const rows = (kind === 'train' ? trainRows : testRows)[owner] ?? 0;
    const salt = PARTIES.indexOf(owner) + (kind === 'train' ? 0 : 10);
    const x = Array.from({ length: rows * INPUTS }, (_, i) => Math.round(noise(salt, i) * 4096) / 4096);
    if (what === 'features') return Float64Array.from(x);
    return Float64Array.from(
      Array.from({ length: rows }, (_, r) => {
        const at = (k: number) => x[r * INPUTS + k];
        const scores = [at(0), at(1), at(2) + 0.5 * at(3), -at(0) - at(1)];
        const best = scores.indexOf(Math.max(...scores));
        return scores.map((_, c) => (c === best ? 1 : 0));
      }).flat(),
    );
  };
}

it.each([
  ['softmax', task()],
  [
    'momentum',
    task({
      optimiser: { type: 'momentum', momentum: 0.8, nesterov: false },
      learningRate: { schedule: 'constant', initial: 0.05 },
    }),
  ],
] as const)('%s', async (_, wanted) => {
  const plan = trainingPlan(wanted);
  console.log(
    plan.phases.map((p) => [p.name, p.openingRounds]),
    plan.headroomBits,
  );
  const { outcomes, publicSeed, links } = await simulate(plan, inputsOf(wanted));
  const found = outcomes.get('north')?.revealed;
  const exact = runFloat64(plan, inputsOf(wanted), publicStreams(publicSeed));
  for (const name of ['correct', 'log loss', 'training loss']) console.log(name, found?.get(name), exact.get(name));
  for (const name of ['weights 1', 'bias 1', 'weights 2', 'weights 3']) {
    const [a, b] = [found?.get(name) ?? [], exact.get(name) ?? []];
    console.log(name, Math.max(...Array.from(a, (x, i) => Math.abs(x - b[i]))), Math.max(...Array.from(b, Math.abs)));
  }
  const cost = planCost(plan);
  for (const [node, mine] of links) {
    let sum = 0;
    for (const l of mine.values()) sum += l.sent.opening;
    expect(sum).toBe(cost.bytes[node].opening);
  }
});

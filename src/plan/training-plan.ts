/**
 * The plan of a training job: pooled moments, records, steps, evaluation, alarm, outputs.
 * @module
 */
import { scalar, times } from '../graph/graph.ts';
import { type Architecture, mlp } from '../graph/mlp.ts';
import type { StateNode } from '../graph/model.ts';
import { isPlain, type Optimiser } from '../graph/optimisers/index.ts';
import { seriesOf } from '../protocol/fourier.ts';
import { withAlarmReads } from './alarm-reads.ts';
import { earlyStoppingPhases, type Validation } from './early-stopping-phases.ts';
import { firstLayerScale } from './first-layer.ts';
import { type LearningRate, listedRates } from './learning-rate.ts';
import { loadingPhases } from './loading-phases.ts';
import { LOSS_BITS, lossResolution } from './loss-resolution.ts';
import { Lowering } from './lowering/lowering.ts';
import { momentPhase } from './moments-phases.ts';
import { ALARM } from './outputs/alarm.ts';
import { revealOutput } from './outputs/catalogue.ts';
import { METRIC_NAMES, type Metric } from './outputs/metrics.ts';
import { type Copy, type ParameterName, parameterOutput } from './outputs/parameters.ts';
import { TRAINING_LOSS } from './outputs/training-loss.ts';
import { UNCLIPPED } from './outputs/unclipped.ts';
import { type PhaseBuilder, SUM_TESTS } from './phase-builder.ts';
import type { Plan, ReleaseGate, Roles, Session, ValueId } from './plan.ts';
import { PlanBuilder } from './plan-builder.ts';
import { type Batch, PrivateStep } from './private-step.ts';
import { COUNT_BITS, noisyCounts, type PrivateTask } from './private-training.ts';
import { releaseGatePhases } from './release-gate.ts';
import { fixedKeys, KEEP_WEIGHTS } from './remedies.ts';
import { type Columns, sampledBatch } from './sampled-batch.ts';
import { type Evaluation, evaluationPhases } from './training/evaluation.ts';

export interface TrainingTask {
  readonly roles: Roles;
  readonly architecture: Architecture;
  /** How weights begin; without hidden layers at 0. */
  readonly initial: 'he' | 'glorot';
  readonly optimiser: Optimiser;
  readonly clipGradient?: number;
  /** Rows of each party, by name. */
  readonly trainRows: Readonly<Record<string, number>>;
  readonly testRows: Readonly<Record<string, number>>;
  readonly earlyStopping?: Validation;
  /** Whether pooled moments are computed and opened. */
  readonly moments: boolean;
  /** Bound of every standardised value. */
  readonly clip: number;
  readonly batch: number;
  readonly epochs: number;
  readonly learningRate: LearningRate;
  readonly l2: number;
  readonly fractionalBits: number;
  /** Fractional bits of the features. */
  readonly dataBits: number;
  readonly privacy?: PrivateTask;
  /** Withholds the model where this advantage of a membership attack can be exceeded; without an auditor it is measured on shares. */
  readonly gate?: { readonly maxAdvantage: number; readonly auditor?: string };
  readonly reveal: {
    readonly trainingLoss: readonly string[];
    readonly metrics: Readonly<Record<Metric, readonly string[]>>;
    readonly model: readonly string[];
    /** Where it names parties, the alarm says where and when it tripped. */
    readonly alarmSites?: readonly string[];
  };
}

/** What a weight can be where it is not proved to stay smaller: it is watched. */
const WEIGHT_LIMIT = 2 ** 6;
const WEIGHT_CHUNK = 1024;
/** Fractional bits that an optimiser's memory has more than a weight: gradients are small. */
const MEMORY_BITS = 8;
/** Fractional bits of squares. */
const SQUARE_BITS = 40;

const total = (rows: Readonly<Record<string, number>>) => Object.values(rows).reduce((sum, count) => sum + count, 0);

export function trainingPlan(task: TrainingTask): Plan {
  const { roles, batch, epochs } = task;
  const trainRows = total(task.trainRows);
  const testRows = total(task.testRows);
  const stepsPerEpoch = Math.floor(trainRows / batch);
  const interval = seriesOf('sigmoid').high;
  const { rates, stepsPerRate } = listedRates(task, stepsPerEpoch);
  const plan = new PlanBuilder(roles, rates, fixedKeys(task, rates));
  const sessions: Session[] = [];
  const run = (phase: number, repeat = 1, when?: Session['when']) =>
    sessions.push({ phase, repeat, ...(when === undefined ? {} : { when }) });
  const metrics = METRIC_NAMES.filter((m) => task.reveal.metrics[m].length > 0);

  const { architecture, dataBits } = task;
  const { inputs, outputs } = architecture;
  if (task.moments) {
    const moments = ['sums', 'squares'] as const;
    for (const moment of moments) run(momentPhase(plan, moment, inputs, task.trainRows, roles.parties));
  }

  // A class is an integer; a target lies between −1 and 1.
  const featureColumns: Columns = { cols: inputs, fractionalBits: dataBits, bound: task.clip };
  const labelColumns: Columns = {
    cols: outputs,
    fractionalBits: architecture.output === 'linear' ? dataBits : 0,
    bound: 1,
  };
  const dataSet = (kind: string, rows: Readonly<Record<string, number>>) => {
    const parts = Object.entries(rows).map(([owner, count]) => ({ owner, rows: count }));
    const add = ({ cols, fractionalBits, bound }: Columns, name: string) =>
      plan.addRecords(parts, cols, fractionalBits, bound, { name: `${kind} ${name}`, layer: 'records' });
    return { features: add(featureColumns, 'features'), labels: add(labelColumns, 'labels') };
  };
  const { earlyStopping, privacy } = task;
  const sampled = privacy?.capacities;
  const train = sampled === undefined ? dataSet('training', task.trainRows) : undefined;
  const isCounted = task.gate !== undefined && task.gate.auditor === undefined;
  const test = metrics.length > 0 || isCounted ? dataSet('test', task.testRows) : undefined;
  const validation = earlyStopping === undefined ? undefined : dataSet('validation', earlyStopping.rows);
  const loaded = (name: string, set: typeof train | undefined) =>
    set === undefined
      ? []
      : [
          { records: set.features, name: `${name}.features` },
          { records: set.labels, name: `${name}.labels` },
        ];
  const loadedSets = [...loaded('train', train), ...loaded('validation', validation), ...loaded('test', test)];
  sessions.push(...loadingPhases(plan, loadedSets));

  const steps = stepsPerEpoch * epochs;
  const firstScale = firstLayerScale(task, WEIGHT_LIMIT);
  const privateStep =
    privacy === undefined ? undefined : new PrivateStep(plan, task, privacy, WEIGHT_LIMIT, firstScale);
  const model = privateStep?.model ?? mlp(architecture, { ...task, batch });
  // Without hidden layers one step bounds all: how far a parameter can grow does not depend on the parameters. Otherwise it is watched.
  const isProved =
    privacy === undefined &&
    architecture.hidden.length === 0 &&
    isPlain(task.optimiser) &&
    architecture.output !== 'linear';
  const states = model.state.map((node) => {
    const bits = node.name === 'weights 1' ? firstScale?.weights : undefined;
    return addStateOf(plan, task, node, isProved, bits);
  });
  const watched = [...model.state.entries()].filter(([, { bound }]) => bound === undefined);
  const unclipped = privateStep === undefined ? undefined : addUnclipped(plan, privateStep.rows * steps);
  const batchOf = (phase: PhaseBuilder): Batch =>
    train === undefined
      ? sampledBatch(phase, sampled ?? {}, featureColumns, labelColumns)
      : {
          features: phase.gather(train.features, 'batch', batch),
          labels: phase.gather(train.labels, 'batch', batch),
        };
  const lowered = (phase: PhaseBuilder): Lowering => {
    if (privateStep !== undefined && unclipped !== undefined)
      return privateStep.lowering(phase, interval, batchOf(phase), states, unclipped);
    const { features, labels } = batchOf(phase);
    const lowering = new Lowering(model.graph, phase, interval, [
      [model.features, features],
      [model.labels, labels],
      ...model.state.map(({ node }, i) => [node, states[i]] as const),
    ]);
    if (architecture.output === 'linear') lowering.limitLayer(model.logits);
    if (firstScale !== undefined) lowering.fixScale(model.firstGradient, firstScale.gradient);
    lowering.limitGradients(model.hiddenGradients, times(model.lossFactor, scalar(1 / batch)));
    return lowering;
  };
  /** How far one step can move a state, from within its limit. */
  let reach: readonly number[] = states.map(() => WEIGHT_LIMIT);
  const step = (withLoss: boolean) => {
    const growths: number[] = [];
    const reached: number[] = [];
    const phase = plan.phase(
      withLoss ? 'training with loss' : 'training',
      (phase) => {
        if (!isProved) {
          for (const [i, { name }] of watched) watchState(phase, states[i], reach[i], name);
        }
        const lowering = lowered(phase);
        for (const [i, { name, updated, bound }] of model.state.entries()) {
          const { value, growth } = lowering.updated(updated, states[i], name, steps);
          if (bound !== undefined) phase.bounded(value, bound);
          phase.update(states[i], value);
          growths.push(growth);
          reached.push(phase.valueOf(value).bound);
          // The next step adds up a chunk of these before it knows that they are within the limit.
          if (bound === undefined && !isProved) plan.requireRoom(value, WEIGHT_CHUNK);
          if (privateStep !== undefined) privateStep.requireSmallStep(phase, states[i], value, name);
        }
        if (withLoss) {
          const loss = lowering.atScale(model.loss, LOSS_BITS[architecture.output]);
          const resolved = lossResolution(architecture, dataBits);
          revealOutput(phase, loss, TRAINING_LOSS, task.reveal.trainingLoss, { resolved });
        }
      },
      true,
    );
    return { phase, growths, reached };
  };
  const mark = plan.mark();
  const { growths, reached } = step(false);
  plan.reset(mark);
  if (isProved) for (const [i, growth] of growths.entries()) plan.widen(states[i], growth);
  else reach = reached;

  const trained = model.state.flatMap(({ name, role }, i) =>
    role === 'weights' || role === 'bias' ? [{ name: name as ParameterName, value: states[i] }] : [],
  );
  const opensLoss = task.reveal.trainingLoss.length > 0;
  const plain = opensLoss && stepsPerEpoch === 1 ? undefined : step(false).phase;
  const last = opensLoss ? step(true).phase : undefined;
  const stopping =
    earlyStopping === undefined || validation === undefined
      ? undefined
      : earlyStoppingPhases(plan, earlyStopping, validation, architecture, trained, interval);
  // An epoch is a session by itself where something follows it.
  const isSplit = opensLoss || stopping !== undefined;
  for (let epoch = 0; epoch < (isSplit ? epochs : 1); epoch++) {
    const when = stopping === undefined ? undefined : 'training';
    if (plain !== undefined) run(plain, isSplit ? stepsPerEpoch - (opensLoss ? 1 : 0) : steps, when);
    if (last !== undefined) run(last, 1, when);
    sessions.push(...(stopping?.sessions ?? []));
  }
  const released = stopping?.best ?? trained;

  if (!isProved) {
    run(
      plan.phase('checking weights', (phase) => {
        for (const [i, { name }] of watched) {
          watchState(phase, states[i], reach[i], name);
          const best = stopping?.best.find((copy) => copy.name === name);
          if (best !== undefined) watchState(phase, best.value, reach[i], name);
        }
      }),
    );
  }

  const evaluation: Evaluation =
    test !== undefined && metrics.length > 0
      ? evaluationPhases(plan, metrics, test, {
          architecture,
          parameters: released.map(({ value }) => value),
          interval,
          watched: privacy === undefined ? 'everything' : 'nothing',
        })
      : { sessions: [], tallies: [] };
  sessions.push(...evaluation.sessions);

  const parameters = released.map(({ value }) => value);
  const sets = train === undefined || test === undefined ? undefined : { members: train, others: test };
  const gate =
    isCounted && sets !== undefined ? releaseGatePhases(plan, sets, architecture, parameters, interval) : undefined;
  sessions.push(...(gate?.counting ?? []));

  const alarm = plan.phase('range alarm', (phase) => {
    const bySite = (task.reveal.alarmSites ?? []).length > 0;
    revealOutput(phase, phase.alarm(bySite ? 'sites and parts' : 'run'), ALARM, roles.parties);
  });
  run(alarm);
  const revealModel = (phase: PhaseBuilder, to: readonly string[], copy: Copy = 'released') => {
    for (const { name, value } of released) revealOutput(phase, value, parameterOutput(name, copy), to);
  };
  run(
    plan.phase('output', (phase) => {
      const { metrics, model } = task.reveal;
      const { tallies } = evaluation;
      const noise = privacy?.countsMultiplier;
      const counts = noise === undefined ? tallies : noisyCounts(phase, noise, tallies);
      for (const { name, metric, value, loss } of counts) revealOutput(phase, value, name, metrics[metric], loss);
      if (unclipped !== undefined) revealOutput(phase, unclipped, UNCLIPPED, model);
      if (task.gate === undefined) revealModel(phase, model);
    }),
  );
  if (gate !== undefined) sessions.push(gate.opening);
  const auditor = task.gate?.auditor;
  if (auditor !== undefined) {
    const copy = plan.phase('copy for the auditor', (phase) => revealModel(phase, [auditor], 'audited'));
    sessions.push({ phase: copy, repeat: 1, decides: 'release' });
  }
  if (task.gate !== undefined) {
    run(
      plan.phase('model', (phase) => revealModel(phase, task.reveal.model)),
      1,
      'released',
    );
  }
  const training = { rows: trainRows, batch, epochs, stepsPerEpoch, rates, stepsPerRate };
  const { values, state, sites, phases, usedBits } = plan;
  return {
    format: 1,
    roles,
    values,
    state,
    sites,
    phases,
    // A first read would be a first output: whoever leaves after it would have cost the budget of the whole run.
    sessions: privacy === undefined ? withAlarmReads(plan, sessions, alarm, stepsPerEpoch) : sessions,
    training,
    ...(stopping === undefined ? {} : { earlyStopping: stopping.rule }),
    ...(task.gate === undefined ? {} : { release: gateOf(task.gate, trainRows, testRows) }),
    interval,
    headroomBits: usedBits,
  };
}

/** Expects a state to be within its limit; one step has moved it by no more than to ±reach. */
function watchState(phase: PhaseBuilder, state: ValueId, reach: number, name: string): void {
  phase.watchSums(phase.bounded(state, reach), WEIGHT_LIMIT, WEIGHT_CHUNK, SUM_TESTS, name, KEEP_WEIGHTS);
}

const gateOf = (
  { maxAdvantage, auditor }: NonNullable<TrainingTask['gate']>,
  members: number,
  others: number,
): ReleaseGate =>
  auditor === undefined ? { maxAdvantage, on: 'shares', members, others } : { maxAdvantage, on: 'copy', auditor };

/** Room for the number of unclipped examples, with noise: it stays below the rows of all steps, or hardly beyond. */
function addUnclipped(plan: PlanBuilder, rows: number): ValueId {
  return plan.addState({ rows: 1, cols: 1 }, COUNT_BITS, 2 * rows, UNCLIPPED);
}

/** Room for a parameter, or for what the optimiser remembers of it. */
function addStateOf(
  plan: PlanBuilder,
  task: TrainingTask,
  state: StateNode,
  isProved: boolean,
  fractionalBits: number | undefined,
): ValueId {
  const { role, name, layer, rows, cols, bound } = state;
  const ownBits = role === 'squares' ? SQUARE_BITS : task.fractionalBits + (role === 'memory' ? MEMORY_BITS : 0);
  const bits = fractionalBits ?? ownBits;
  const isRandom = role === 'weights' && task.architecture.hidden.length > 0;
  const initial = isRandom ? Math.sqrt(6 / (task.initial === 'he' ? rows : rows + cols)) : undefined;
  return plan.addState({ rows, cols }, bits, bound ?? (isProved ? 0 : WEIGHT_LIMIT), { name, layer }, initial);
}

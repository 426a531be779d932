/**
 * The plan of a training job: pooled fills and moments, records, steps, evaluation, alarm, outputs. Each is a part of its own; here they are put in order.
 * @module
 */
import { seriesOf } from '../../protocol/fourier.ts';
import type { Plan, Session } from '../plan.ts';
import { fixedKeys } from '../remedies.ts';
import { PlanBuilder } from '../write/plan-builder.ts';
import { withAlarmReads } from './alarm-reads.ts';
import { classCountSessions } from './class-counts.ts';
import { DataSets } from './data-sets.ts';
import { stoppingPart } from './early-stopping.ts';
import { fillSessions } from './fills.ts';
import { alarmPhase, outputPhase } from './final-phases.ts';
import { heldOut } from './held-out.ts';
import { measuredTraining } from './measured-training.ts';
import { ModelState } from './model-state.ts';
import { momentSessions } from './moments.ts';
import { releasePart } from './release-gate.ts';
import { trainingStep } from './step-of-task.ts';
import { stepPhases, trainingSessions } from './step-phases.ts';
import { scheduleOf, type TrainingTask } from './task.ts';

export function trainingPlan(task: TrainingTask): Plan {
  const { roles, architecture } = task;
  const schedule = scheduleOf(task);
  const interval = seriesOf('sigmoid').high;
  const plan = new PlanBuilder(roles, schedule.rates, fixedKeys(task, schedule.rates));
  const once = (phase: number): Session => ({ phase, repeat: 1 });

  const fills = fillSessions(plan, task);
  const moments = momentSessions(plan, task);
  const classCounts = classCountSessions(plan, task);
  const data = new DataSets(plan, task);
  const step = trainingStep(plan, task, data, interval);
  const { test, validation } = heldOut(data, task);
  const loading = data.load();

  const state = new ModelState(plan, task, step);
  step.addState();
  const phases = stepPhases(plan, task, step, state, schedule);
  const stopping = stoppingPart(plan, task, validation, state.trained, interval);
  const checking = state.check(stopping.released);

  const parameters = stopping.released.map(({ value }) => value);
  const model = { architecture, parameters, interval, watched: step.evaluationWatches };
  const training = trainingSessions(phases, schedule, stopping);
  const measured = measuredTraining(
    plan,
    task,
    schedule,
    state,
    { training, checking },
    { model, test, ...step.batches },
  );
  const sets = { members: step.batches.records, others: test };
  const release = releasePart(plan, task, stopping.released, sets, model);
  const alarm = alarmPhase(plan, task);
  const outputs = outputPhase(plan, task, step, measured.tallies, measured.ofFolds, release);
  const sessions = [
    ...fills,
    ...moments,
    ...classCounts,
    ...loading,
    ...measured.sessions,
    ...release.before,
    once(alarm),
    once(outputs),
    ...release.after(),
  ];

  const { values, sites, usedBits } = plan;
  return {
    format: 1,
    roles,
    values,
    state: plan.state,
    sites,
    phases: plan.phases,
    sessions: step.readsAlarm ? withAlarmReads(plan, sessions, alarm, schedule.stepsPerEpoch) : sessions,
    training: schedule,
    ...(stopping.rule === undefined ? {} : { earlyStopping: stopping.rule }),
    ...(release.rule === undefined ? {} : { release: release.rule }),
    interval,
    headroomBits: usedBits,
  };
}

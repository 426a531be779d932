/**
 * A whole job on one machine.
 * @module
 */
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { hexToBytes } from '@noble/hashes/utils.js';
import { isFile } from '../../data/source.ts';
import { TrefoilError } from '../../errors.ts';
import { type Run, startRun } from '../../run.ts';
import { throwIfStopped, withStop } from '../../stopping.ts';
import { programVersion } from '../../version.ts';
import { countsOf, planAligned } from '../alignment/aligned-job.ts';
import { type Job, nodesOf } from '../file/job.ts';
import { type PlannedJob, plannedOf } from '../file/planned-job.ts';
import { type Model, readModel } from '../model/model-file.ts';
import type { PartyRecords } from '../node/data-files.ts';
import type { KeptRun } from '../node/keep-run.ts';
import { machineRoom } from '../node/machine-room.ts';
import { onceAnEpoch, REPLACEABLE, type Tell, type TrainingEvent } from '../node/training-event.ts';
import { buildReport, type NodeResult, type Report } from '../report/report.ts';
import { runInProcess } from './in-process.ts';
import { loadConfigs } from './local-configs.ts';
import { runNodes } from './process-run.ts';
import { RehearsalFolder } from './rehearsal-folder.ts';
import { ownersWith, type Rehearsed } from './rehearsed.ts';
import { loadContributors, type RehearsedContributors, sealInFolder } from './rehearsed-contributions.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { runTwins, type Twins } from './twin.ts';
import { runTwinProcess } from './twin-process.ts';

/** Where the nodes of a rehearsal run, and what it does beside training. */
export interface RehearsalOptions {
  /** `one`: all nodes share this process. `each`: every node has a process of its own, and all talk over TLS as in a real run. */
  readonly processes?: 'one' | 'each';
  /** True: the same training runs in the clear, too, and the report compares. False, which is the default: it does not. */
  readonly compare?: boolean;
  /** True: the report says where time, rounds and bytes went. False, which is the default: it does not. */
  readonly profile?: boolean;
}

/** Where the records of a rehearsal are. */
export interface RehearsedRecords {
  /** The records of each party and each contributor, by its name, with how its table has the features of the job. Processes of their own take files alone. */
  readonly data?: Readonly<Record<string, PartyRecords>>;
  /** In place of `data`: a folder with a configuration NAME.yaml for each node and contributor, whose data, output and ledger are used. */
  readonly configs?: string;
}

export interface TrainLocallyOptions extends RehearsalOptions, RehearsedRecords {
  /** A folder for what the nodes write, in a folder each. Without it, and without `configs`, nothing is written. */
  readonly output?: string;
  /** Stops all nodes. The result then rejects with `TREFOIL_ABORTED`. */
  readonly signal?: AbortSignal;
}

/** What a rehearsal gives. */
export interface Training {
  /** Absent where the release gate withheld it: `report.release` says why. */
  readonly model?: Model;
  readonly report: Report;
  /** Where each node wrote its model and its report, by its name. */
  readonly kept: ReadonlyMap<string, KeptRun>;
}

/**
 * Trains a job with all its nodes on this machine. Nobody is protected from whoever owns the machine: it is for rehearsals and tests.
 * @example
 * const { model, report } = await trainLocally(loadJob('job.yaml'), { data: { north: { train: rows } } }).result;
 */
export function trainLocally(job: Job | PlannedJob, options: TrainLocallyOptions = {}): Run<TrainingEvent, Training> {
  return startRun<TrainingEvent, Training>(
    (tell) => withStop(options.signal, (stop) => train(plannedOf(job), options, tell, stop)),
    ...REPLACEABLE,
  );
}

async function train(planned: PlannedJob, options: TrainLocallyOptions, tell: Tell, stop: AbortSignal) {
  const { processes = 'one', output } = options;
  const { nodes: given, contributors } = ownersOfOptions(planned.job, options);
  const needsFolder = processes === 'each' && output === undefined && options.configs === undefined;
  const scratch = needsFolder ? await temporaryFolder('trefoil-results-') : undefined;
  const place = output ?? scratch;
  const nodes = new Map(
    [...given].map(([name, node]) => [
      name,
      place === undefined ? node : { ...node, output: [resolve(join(place, name))] },
    ]),
  );
  try {
    const { report, kept, model } = await rehearse({ ...options, planned, nodes, contributors }, tell, stop);
    const file = [...kept.values()].find(({ modelFile }) => modelFile !== undefined)?.modelFile;
    const known = model ?? (file === undefined ? undefined : readModel(file));
    return { ...(known === undefined ? {} : { model: known }), report, kept: scratch === undefined ? kept : new Map() };
  } finally {
    if (scratch !== undefined) await rm(scratch, { recursive: true, force: true });
  }
}

/** The nodes and contributors of a job with the records that they are given. */
export function ownersOfOptions(
  job: Job,
  { data, configs, processes }: RehearsedRecords & RehearsalOptions,
): { readonly nodes: ReadonlyMap<string, Rehearsed>; readonly contributors: RehearsedContributors } {
  if (data === undefined && configs !== undefined) {
    return { nodes: loadConfigs(job, configs), contributors: loadContributors(job, configs) };
  }
  if (data === undefined || configs !== undefined) {
    throw new TrefoilError('TREFOIL_USAGE', 'records come from data, or from configs: give one of the two');
  }
  const owners = ownersWith(job, data);
  const others = [...owners.nodes, ...owners.contributors].filter(([, { data }]) =>
    Object.values(data).some((each) => !isFile(each)),
  );
  if (processes === 'each' && others.length > 0) {
    const names = others.map(([name]) => name).join(', ');
    throw new TrefoilError(
      'TREFOIL_USAGE',
      `the records of ${names} are in this process, which processes of their own can not read: give files, or processes: 'one'`,
    );
  }
  return owners;
}

export interface RehearsalSetting extends RehearsalOptions {
  readonly planned: PlannedJob;
  /** By name in the order of the job, the dealer first. */
  readonly nodes: ReadonlyMap<string, Rehearsed>;
  /** By name in the order of the job. */
  readonly contributors?: RehearsedContributors;
  /** The file of the job, where it has one: nodes in processes of their own read it again. */
  readonly jobFile?: string;
}

/** A rehearsal as its nodes saw it. */
export interface Rehearsal extends Training {
  readonly results: readonly NodeResult[];
}

/** Runs all nodes, and the twin where that is asked for. */
export async function rehearse(setting: RehearsalSetting, tell: Tell, stop: AbortSignal): Promise<Rehearsal> {
  const { planned, compare = false } = setting;
  const { job, plan } = planned;
  const data = Object.fromEntries([...setting.nodes].map(([name, node]) => [name, node.data]));
  for (const text of machineRoom(job, plan, nodesOf(job), data)) tell({ kind: 'warning', text });
  const run = setting.processes === 'each' ? runInProcesses : runHere;
  const { results, kept, publicSeed, model, twins, trained } = await run(setting, onceAnEpoch(tell), stop);
  tell({ kind: 'trained', kept });
  throwIfStopped(stop);
  if (compare) tell({ kind: 'comparing' });
  const compared = compare ? await comparison(twins, tell) : undefined;
  const report = buildReport({ planned: trained, publicSeed, trefoil: programVersion() }, results, compared);
  return { ...(model === undefined ? {} : { model }), report, kept, results };
}

/** None where training in the clear fails: what the nodes trained is reported all the same. */
async function comparison(twins: () => Promise<Twins>, tell: Tell): Promise<Twins | undefined> {
  try {
    return await twins();
  } catch (error) {
    if (!(error instanceof TrefoilError) || error.code === 'TREFOIL_ABORTED') throw error;
    tell({ kind: 'warning', text: `training in the clear failed, so the report compares nothing: ${error.message}` });
    return undefined;
  }
}

async function runInProcesses(setting: RehearsalSetting, tell: Tell, stop: AbortSignal) {
  const { planned, nodes, contributors = new Map(), jobFile, profile } = setting;
  const { job } = planned;
  const rehearsal = await RehearsalFolder.create(jobFile ?? job, nodes, (folder) =>
    sealInFolder(planned, contributors, folder),
  );
  try {
    tell({ kind: 'starting', nodes: nodesOf(job) });
    const run = await runNodes(job, rehearsal, tell, stop, profile);
    const holdings = new Map(
      [...nodes, ...contributors].map(([name, { data, table }]) => [
        name,
        { data, ...(table === undefined ? {} : { table }) },
      ]),
    );
    const [rows] = run.rows.values();
    const trained = rows === undefined ? planned : planAligned(planned, countsOf(rows));
    const { publicSeed } = run;
    const twins = () => runTwinProcess({ job, trained: trained.job, publicSeed, holdings, rows: run.rows }, stop);
    return { ...run, model: undefined, twins, trained };
  } finally {
    await rehearsal.remove();
  }
}

async function runHere(setting: RehearsalSetting, tell: Tell, stop: AbortSignal) {
  const { planned, nodes, contributors, profile = false } = setting;
  const { job } = planned;
  tell({ kind: 'starting', nodes: nodesOf(job) });
  const { runs, owners } = await runInProcess(planned, nodes, tell, stop, profile, contributors);
  const { publicSeed, planned: trained } = runs[0].facts;
  return {
    results: runs.map(({ result }) => result),
    kept: new Map(runs.map(({ result, kept }) => [result.node, kept])),
    publicSeed,
    model: runs.find(({ model }) => model !== undefined)?.model,
    twins: () => runTwins(trained.job, owners, hexToBytes(publicSeed)),
    trained,
  };
}

/**
 * One node of a job in a program of its operator's own.
 * @module
 */
import type { TrustMode } from '../../plan/plan.ts';
import { type Run, startRun } from '../../run.ts';
import { withStop } from '../../stopping.ts';
import type { Job, NodeConfig } from '../file/job.ts';
import { loadJob, withTrust } from '../file/job-file.ts';
import type { PlannedJob } from '../file/planned-job.ts';
import type { Model } from '../model/model-file.ts';
import type { Report } from '../report/report.ts';
import { resolutionOf } from '../report/resolution.ts';
import { overTls } from './connect.ts';
import { lastingData, type PartyData } from './data-files.ts';
import type { KeptRun } from './keep-run.ts';
import { loadNodeConfig, type NodeDescription, nodeConfigFrom } from './node-config.ts';
import { runNode as runPrepared } from './party.ts';
import { prepareNode } from './prepare.ts';
import { tellMismatch } from './tell-mismatch.ts';
import { eventObserver, REPLACEABLE, type Tell, type TrainingEvent } from './training-event.ts';

export interface RunNodeOptions {
  /** The job, in place of the file that the configuration names. */
  readonly job?: Job | PlannedJob;
  /** The trust mode, in place of the job's. All nodes must be told the same. */
  readonly trust?: TrustMode;
  /** Records of this node, in place of the files that the configuration names. */
  readonly data?: PartyData;
  /** True: the report says where time, rounds and bytes went. False, which is the default: it does not. */
  readonly profile?: boolean;
  /** Stops the node, which tells the others. The result then rejects with `TREFOIL_ABORTED`. */
  readonly signal?: AbortSignal;
}

/** What a node has when the run is over. */
export interface NodeOutcome {
  /** Absent where this node receives no model, or where the release gate withheld it. */
  readonly model?: Model;
  readonly report: Report;
  /** Where the model and the report were written. */
  readonly kept: KeptRun;
}

/**
 * Runs one node of a job over TLS, as `trefoil party` does: the others run on their own machines. `config` is the path of the node's configuration, or
 * what that file would say, with paths from the present folder. Everything that is wrong with the node's own files is told before any peer
 * is contacted.
 * @example
 * const run = runNode('north.yaml', { data: { train: database.patients() }, signal });
 * for await (const event of run) log(event);
 */
export function runNode(
  config: string | NodeDescription,
  options: RunNodeOptions = {},
): Run<TrainingEvent, NodeOutcome> {
  return startRun<TrainingEvent, NodeOutcome>(
    (tell) => withStop(options.signal, (stop) => take(config, options, tell, stop)),
    ...REPLACEABLE,
  );
}

async function take(
  from: string | NodeDescription,
  { job: given, trust, data, profile = false }: RunNodeOptions,
  tell: Tell,
  stop: AbortSignal,
): Promise<NodeOutcome> {
  const written = given === undefined ? undefined : jobOf(given, trust);
  const name = written === undefined ? undefined : ('plan' in written ? written.job : written).name;
  const read = typeof from === 'string' ? loadNodeConfig(from, name) : nodeConfigFrom(from, name);
  const config: NodeConfig = data === undefined ? read : { ...read, data: { ...read.data, ...lastingData(data) } };
  const prepared = await prepareNode({
    config,
    job: written ?? loadJob(config.job, trust),
    onLoading: (done, of) => tell({ kind: 'loading', done, of }),
    onMismatch: async (node, failure) => {
      const text = await tellMismatch(node, failure, stop);
      if (text !== undefined) tell({ kind: 'warning', text });
    },
    isRehearsal: false,
  });
  for (const text of prepared.warnings) tell({ kind: 'warning', text });
  const { job, plan } = prepared.planned;
  const peers = plan.roles.nodes.filter((node) => node !== config.node);
  const setting = { isProfiled: profile, resolved: resolutionOf(job, plan).trainingLoss };
  const observer = eventObserver(config.node, peers, tell, setting);
  const run = await runPrepared(prepared, overTls(prepared), observer, stop);
  if ('failure' in run) throw run.failure;
  const { model, report, kept } = run;
  return { ...(model === undefined ? {} : { model }), report, kept };
}

/** The plan that was made before is of use only for the trust mode that it was made for. */
function jobOf(given: Job | PlannedJob, trust: TrustMode | undefined): Job | PlannedJob {
  const job = 'plan' in given ? given.job : given;
  return trust === undefined || trust === job.trust ? given : withTrust(job, trust);
}

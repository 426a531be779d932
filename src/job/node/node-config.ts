/**
 * Reading a node's own configuration, and checking it against the job.
 * @module
 */

import { availableParallelism } from 'node:os';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { byForm, Document, mapping, mustBe, text, throwProblems, whole } from '../../data/document.ts';
import { suggestion } from '../../data/nearest.ts';
import { readText } from '../../data/read-text.ts';
import { ownProblems } from '../../encoding/own-column.ts';
import { invariant } from '../../errors.ts';
import { addressProblem } from '../../transport/address.ts';
import { DEALER, TRUST_MODES } from '../../trust/modes.ts';
import { type Job, type NodeConfig, nodesOf } from '../file/job.ts';
import { loadJob } from '../file/job-file.ts';
import { splitOf, tablesOf } from '../file/row-split.ts';
import { dataSchema, filesOfJob, KINDS, tableIn, withPaths } from './data-files.ts';
import { completePrivacy, privacySchema } from './privacy-config.ts';
import { declaredOf } from './records-wanted.ts';

const DEFAULT_CONNECT_SECONDS = 120;
/** The matrices of a job keep no more threads busy. */
const MOST_THREADS = 64;
const DEFAULT_STALL_SECONDS = 120;

const addressWith = (smallestPort: number) =>
  z.string(mustBe('host:port')).superRefine((value, context) => {
    const problem = addressProblem(value, smallestPort);
    if (problem !== undefined) context.addIssue({ code: 'custom', message: `must be host:port: ${problem}` });
  });
const address = addressWith(1);
/** Port 0 listens at a free port, which is printed. */
const listenAddress = addressWith(0);
/** A timer takes at most 2^31 − 1 ms, and fires at once where it is given more. */
const MOST_SECONDS = Math.floor((2 ** 31 - 1) / 1000);
const seconds = () => {
  const rule = mustBe(`a number of seconds above 0 and at most ${MOST_SECONDS}, which are 24 days`);
  return z.number(rule).gt(0, rule).max(MOST_SECONDS, rule);
};
const path = (what: string) => text(`the path of ${what}`);

const folder = path('a folder, or a list of folders').transform((folder) => [folder]);
const folders = z.array(path('a folder')).min(1, mustBe('a folder, or a list of folders'));
/** One folder, or several in the order in which they are tried. */
const outputSchema = byForm<string[]>([folder, folders], (value) => (Array.isArray(value) ? folders : folder));

/** A node's configuration as it is written. */
export const configSchema = mapping({
  node: text('one of the job’s parties, or dealer'),
  job: path('the job file'),
  listen: listenAddress.optional(),
  identity: path('the identity, without .key or .crt'),
  peers: z.record(
    z.string(),
    mapping({ address: address.optional(), certificate: path('the peer’s certificate') }),
    mustBe('a mapping from nodes to address and certificate'),
  ),
  contributions: z
    .record(
      z.string(),
      mapping({ file: path('the contribution'), certificate: path('the contributor’s certificate') }),
      mustBe('a mapping from contributors to file and certificate'),
    )
    .default({}),
  data: dataSchema.default({ files: {} }),
  keys: z
    .record(z.string(), text('the name of a column'), mustBe('a mapping from the job’s keys to columns'))
    .optional(),
  output: outputSchema,
  privacy: privacySchema.optional(),
  connectSeconds: seconds().default(DEFAULT_CONNECT_SECONDS),
  threads: whole(1, MOST_THREADS).default(() => Math.min(availableParallelism(), MOST_THREADS)),
  stallSeconds: seconds().default(DEFAULT_STALL_SECONDS),
});

/**
 * The configuration at `file`, with its paths resolved against the file's folder, and with the data of the job called `jobName`,
 * or else of its own job. Throws `TREFOIL_CONFIG` with every problem.
 */
export function loadNodeConfig(file: string, jobName?: string): NodeConfig {
  const document = new Document(readText('TREFOIL_CONFIG', 'node configuration', file));
  return configIn(document, file, dirname(file), jobName);
}

/** What the configuration of a node says, as an object. */
export type NodeDescription = z.input<typeof configSchema>;

/** The configuration that an object describes, with its paths from the present folder. Throws `TREFOIL_CONFIG` with every problem. */
export function nodeConfigFrom(written: NodeDescription, jobName?: string): NodeConfig {
  return configIn(new Document(written), `of ${written.node}`, '.', jobName);
}

function configIn(document: Document, file: string, folder: string, jobName?: string): NodeConfig {
  const parsed = document.read(configSchema);
  if (parsed !== undefined && Object.hasOwn(parsed.peers, parsed.node)) {
    document.report(['peers', parsed.node], 'is the node itself');
  }
  const inFolder = (relative: string) => resolve(folder, relative);
  const name = () => jobName ?? loadJob(inFolder(parsed?.job ?? '')).name;
  const hasLimit = parsed?.privacy?.limit !== undefined;
  const files = parsed === undefined ? {} : filesOfJob(parsed.data, hasLimit, name, document);
  document.throwProblems('TREFOIL_CONFIG', `the node configuration ${file}`);
  invariant(parsed !== undefined, 'a configuration without problems is parsed');
  const table = tableIn(files);
  return {
    file,
    node: parsed.node,
    job: inFolder(parsed.job),
    ...(parsed.listen === undefined ? {} : { listen: parsed.listen }),
    identity: { key: inFolder(`${parsed.identity}.key`), certificate: inFolder(`${parsed.identity}.crt`) },
    peers: Object.fromEntries(
      Object.entries(parsed.peers).map(([name, peer]) => [
        name,
        {
          ...(peer.address === undefined ? {} : { address: peer.address }),
          certificate: inFolder(peer.certificate),
        },
      ]),
    ),
    contributions: Object.fromEntries(
      Object.entries(parsed.contributions).map(([name, { file, certificate }]) => [
        name,
        { file: inFolder(file), certificate: inFolder(certificate) },
      ]),
    ),
    data: withPaths(files, inFolder),
    ...(table === undefined ? {} : { table }),
    ...(files.dataSet === undefined ? {} : { dataSet: files.dataSet }),
    ...(parsed.keys === undefined ? {} : { keys: parsed.keys }),
    output: parsed.output.map(inFolder),
    privacy: completePrivacy(parsed.privacy, parsed, inFolder),
    connectSeconds: parsed.connectSeconds,
    threads: parsed.threads,
    stallSeconds: parsed.stallSeconds,
  };
}

/** Throws `TREFOIL_CONFIG` with every point in which the configuration doesn't fit the job. */
export function checkNodeConfig(config: NodeConfig, job: Job): void {
  const problems: string[] = [];
  const parties = job.parties.map(({ name }) => name);
  const nodes = nodesOf(job);
  const { node } = config;

  if (!nodes.includes(node)) {
    problems.push(
      node === DEALER
        ? `node must not be ${DEALER}: the job's trust mode is ${job.trust}`
        : `node names '${node}', which is not in the job${suggestion(node, nodes)}`,
    );
  }
  for (const peer of nodes) {
    if (peer === node) continue;
    if (!Object.hasOwn(config.peers, peer)) problems.push(`peers.${peer} is missing`);
    else if (nodes.indexOf(peer) < nodes.indexOf(node) && config.peers[peer].address === undefined) {
      problems.push(
        `peers.${peer}.address is missing: ${node} connects to ${peer}, at the host:port where ${peer} listens`,
      );
    }
  }
  for (const peer of Object.keys(config.peers)) {
    // A configuration may serve both trust modes.
    if (peer !== DEALER && !parties.includes(peer)) {
      problems.push(`peers names '${peer}', which is not in the job${suggestion(peer, nodes)}`);
    }
  }
  if (config.listen === undefined && nodes.includes(node) && node !== nodes.at(-1)) {
    problems.push('listen is missing: only the last node of a job connects to all others');
  }
  problems.push(...contributionProblems(config, job), ...dataProblems(config, node, job));
  throwProblems('TREFOIL_CONFIG', `the node configuration ${config.file}`, problems);
}

/** Every evaluator has the contributions to a job. A configuration may serve other jobs and the other trust mode, too, so that further ones are in order. */
function contributionProblems({ node, contributions }: NodeConfig, job: Job): string[] {
  const { evaluators } = TRUST_MODES[job.trust].assign(job.parties.map(({ name }) => name));
  if (!evaluators.includes(node)) return [];
  return (job.contributors ?? []).flatMap(({ name }) =>
    Object.hasOwn(contributions, name)
      ? []
      : [
          `contributions.${name} is missing: the file that ${name} made with trefoil contribute, and its certificate${suggestion(name, Object.keys(contributions))}`,
        ],
  );
}

/** The points in which the files of a configuration are not those that the job wants of `node`. */
export function dataProblems(
  { data, table = {} }: Pick<NodeConfig, 'data' | 'table'>,
  node: string,
  job: Job,
): string[] {
  const tables = tablesOf(job, node);
  const ofTable = ownProblems(declaredOf(job), job.data.label, table).map(
    ({ name, key, says }) => `data.columns.${name}${key === undefined ? '' : `.${key}`} ${says}`,
  );
  const ofKinds = KINDS.flatMap((kind) => {
    const rows = tables.find((table) => table.kind === kind)?.rows ?? 0;
    if (rows > 0 && data[kind] === undefined) return [`data.${kind} is missing: the job says ${rows} rows`];
    if (rows === 0 && data[kind] !== undefined) {
      const why = splitOf(job) === undefined ? `that ${node} has no such rows` : 'that data.train is split';
      return [`data.${kind} must be left out: the job says ${why}`];
    }
    return [];
  });
  return [...ofKinds, ...ofTable];
}

/**
 * What a node does before it meets its peers for an alignment: it reads and checks everything of its own, and says all that is wrong together.
 * @module
 */
import type { Identifiers } from '../../alignment/identifiers/identifiers.ts';
import { readIdentifiers } from '../../alignment/identifiers/read-identifiers.ts';
import { tableOf } from '../../data/source.ts';
import { TrefoilError } from '../../errors.ts';
import { type LoadedIdentities, loadIdentities } from '../../transport/identity.ts';
import { type AlignmentRules, identifierRules } from '../file/alignment-schema.ts';
import type { Job, NodeConfig, RowKind } from '../file/job.ts';
import { KINDS } from '../node/data-files.ts';
import { cellsNeeded, columnsNeeded } from '../node/dropped-rows.ts';
import { allOrEveryProblem } from '../node/every-problem.ts';
import { checkPlaces } from '../node/keep-run.ts';
import { checkNodeConfig } from '../node/node-config.ts';
import { keysToAlign } from './aligned-job.ts';

/** A party whose own files are in order. */
export interface PreparedAlignment {
  readonly self: string;
  readonly config: Pick<NodeConfig, 'node' | 'data' | 'keys' | 'table'>;
  readonly job: Job;
  readonly rules: AlignmentRules;
  /** Its rows that can be aligned, of each kind that any party has. */
  readonly identifiers: ReadonlyMap<RowKind, Identifiers>;
  readonly warnings: readonly string[];
}

/** One that meets its peers over a network. */
export interface AlignmentPeer extends PreparedAlignment {
  readonly config: NodeConfig;
  readonly identities: LoadedIdentities;
}

/** Bytes of a row in what is written. */
const ROW_BYTES = 64;

/** What a node of a run needs to align its rows. Nothing where there is nothing to align, or where it is no party. */
export async function prepareToAlign(
  config: PreparedAlignment['config'],
  job: Job,
): Promise<PreparedAlignment | undefined> {
  const rules = keysToAlign(job);
  if (rules === undefined || job.parties.every(({ name }) => name !== config.node)) return undefined;
  checkKeys(config, rules);
  return { self: config.node, config, job, rules, identifiers: await identifiersOf(config, job, rules), warnings: [] };
}

/** The rules of a job. Throws `TREFOIL_JOB` where it has none. */
export function alignmentOf({ data, name }: Job): AlignmentRules {
  if (data.alignment !== undefined && data.alignment !== 'same-order') return data.alignment;
  throw new TrefoilError(
    'TREFOIL_JOB',
    `the job ${name} has no keys in data.alignment: name there what tells whose row a row is`,
  );
}

/** Reads and checks everything of this party's own. Throws one error with all problems of all files. */
export async function prepareAlignment(config: NodeConfig, job: Job): Promise<AlignmentPeer> {
  const { node } = config;
  const peers = job.parties.flatMap(({ name }) => (name !== node && Object.hasOwn(config.peers, name) ? [name] : []));
  const certificates = Object.fromEntries(peers.map((peer) => [peer, config.peers[peer].certificate]));
  const [prepared, , identities] = await allOrEveryProblem([
    prepareRows(config, job),
    attempt(() => checkNodeConfig(config, job)),
    loadIdentities(node, config.identity.certificate.replace(/\.crt$/, ''), certificates),
  ]);
  return { ...prepared, config, identities, warnings: [...identities.warnings, ...prepared.warnings] };
}

/** The same without what a network asks for: a rehearsal within one process needs no identity. */
export async function prepareRows(config: NodeConfig, job: Job): Promise<PreparedAlignment> {
  const rules = alignmentOf(job);
  const { node } = config;
  const parties = job.parties.map(({ name }) => name);
  if (!parties.includes(node)) {
    throw new TrefoilError(
      'TREFOIL_CONFIG',
      `${node} is none of the parties ${parties.join(', ')}: it has no rows to align`,
    );
  }
  const rows = job.parties.reduce((sum, party) => sum + party.train + party.test + party.validation, 0);
  const [, warnings, identifiers] = await allOrEveryProblem([
    attempt(() => checkKeys(config, rules)),
    attempt(() => checkPlaces(config.output, job.name, ROW_BYTES * rows)),
    identifiersOf(config, job, rules),
  ]);
  return { self: node, config, job, rules, identifiers, warnings };
}

/** Of each kind of rows that any party has. */
async function identifiersOf(
  config: PreparedAlignment['config'],
  job: Job,
  rules: AlignmentRules,
): Promise<PreparedAlignment['identifiers']> {
  const read = await allOrEveryProblem(KINDS.map((kind) => readKeys(config, job, rules, kind)));
  return new Map(
    KINDS.flatMap((kind, i) => {
      const found = read[i];
      return found === undefined ? [] : [[kind, found] as const];
    }),
  );
}

const attempt = async <T>(action: () => T): Promise<T> => action();

/** A name that is no key would be passed over in silence. */
function checkKeys({ keys = {}, node }: PreparedAlignment['config'], rules: AlignmentRules): void {
  const unknown = Object.keys(keys).filter((name) => !Object.hasOwn(rules.keys, name));
  if (unknown.length === 0) return;
  const known = Object.keys(rules.keys).join(', ');
  throw new TrefoilError(
    'TREFOIL_CONFIG',
    `the node configuration of ${node}: keys names ${unknown.join(', ')}, but the keys of the job are ${known}`,
  );
}

const NOBODY: Identifiers = {
  identifiers: [],
  rows: new Uint32Array(0),
  places: new Uint32Array(0),
  left: { missing: 0, duplicates: 0, incomplete: 0 },
};

/** The keys of a party's rows of one kind; nothing where no party has any. */
export async function readKeys(
  { node, data, keys, table: own }: PreparedAlignment['config'],
  job: Job,
  rules: AlignmentRules,
  kind: RowKind,
): Promise<Identifiers | undefined> {
  const rows = job.parties.find(({ name }) => name === node)?.[kind] ?? 0;
  const source = data[kind];
  if (source === undefined || rows === 0) return job.parties.every((party) => party[kind] === 0) ? undefined : NOBODY;
  const wanted = { rules: identifierRules(rules), ...(keys === undefined ? {} : { columns: keys }), rows };
  const table = tableOf(source, [
    ...wanted.rules.keys.map(({ name }) => keys?.[name] ?? name),
    ...columnsNeeded(job, { party: node, table: own }),
  ]);
  if (table === undefined) {
    throw new TrefoilError(
      'TREFOIL_DATA',
      `data.${kind} of ${node} is no table, so that it has no columns of keys to align`,
    );
  }
  const needed = cellsNeeded(job, { party: node, table: own }, table);
  return readIdentifiers(table, { ...wanted, ...(needed === undefined ? {} : { needed }) });
}

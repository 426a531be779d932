/**
 * The contributions to a job at one evaluator: checked before any peer is contacted, and read as the plan asks for their rows.
 * @module
 */
import { accessSync, constants, readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { TrefoilError } from '../../errors.ts';
import { fileErrorCode, isThere, readProblem, writeProblem } from '../../file-problem.ts';
import { lastEvaluator } from '../../plan/quote/cost.ts';
import {
  allBytes,
  areSame,
  bytesOf,
  SEED_BYTES,
  type SharedInput,
  seededShare,
  sharedInputs,
} from '../../runtime/contributed-shares.ts';
import type { Node } from '../../runtime/node.ts';
import { checkCertificate, remediesOf } from '../../transport/certificate.ts';
import { programVersion } from '../../version.ts';
import type { NodeConfig } from '../file/job.ts';
import type { PlannedJob } from '../file/planned-job.ts';
import { allOrEveryProblem } from '../node/every-problem.ts';
import { readContribution, refused, type SignedContribution } from './contribution-file.ts';
import { keyFingerprint, loadSealingKey, type SealingKey } from './sealing-key.ts';

/** What an evaluator has of those who run no node. */
export interface OpenedContributions {
  /** By contributor: what the evaluators must have in common. */
  readonly digests: Readonly<Record<string, string>>;
  readonly shares: NonNullable<Node['shares']>;
  /** Notes that a run is about to release something, where a contribution serves one run. Throws where another run has noted it. */
  readonly spend: () => void;
  /** Certificates that end soon. */
  readonly warnings: readonly string[];
}

type Given = Pick<NodeConfig, 'node' | 'identity' | 'contributions'>;
type ReadShare = (input: SharedInput, at: number, length: number) => Uint8Array;

interface Opened {
  readonly contributor: string;
  readonly digest: string;
  readonly inputs: readonly SharedInput[];
  readonly read: ReadShare;
  readonly warning: string | undefined;
}

/**
 * The contributions of a job for this node; none for a node that is no evaluator. A rehearsal notes nothing beside them. Throws with every problem of all
 * files.
 */
export async function openContributions(
  config: Given,
  planned: PlannedJob,
  isRehearsal: boolean,
): Promise<OpenedContributions | undefined> {
  const { job, plan } = planned;
  const names = (job.contributors ?? []).map(({ name }) => name);
  if (names.length === 0 || !plan.roles.evaluators.includes(config.node)) return undefined;
  const servesOnce = job.privacy !== undefined && !isRehearsal;
  const key = await loadSealingKey(config.identity.key.replace(/\.key$/, ''));
  const opened = await allOrEveryProblem(names.map((name) => openOne(name, config, planned, key, servesOnce)));
  const byName = new Map(opened.map((each) => [each.contributor, each]));
  const markers = !servesOnce ? [] : names.map((name) => markerOf(config.contributions[name].file));
  return {
    digests: Object.fromEntries(opened.map(({ contributor, digest }) => [contributor, digest])),
    shares: (owner, name, { first, count }) => {
      const of = byName.get(owner);
      const input = of?.inputs.find((each) => each.name === name);
      if (of === undefined || input === undefined) {
        throw new TrefoilError('TREFOIL_INTERNAL', `${owner} has contributed nothing called ${name}`);
      }
      return of.read(input, 8 * first * input.cols, 8 * count * input.cols);
    },
    spend: spender(markers),
    warnings: opened.flatMap(({ warning }) => warning ?? []),
  };
}

async function openOne(
  contributor: string,
  config: Given,
  planned: PlannedJob,
  key: SealingKey,
  servesOnce: boolean,
): Promise<Opened> {
  const { node, contributions } = config;
  const { file, certificate: pinned } = contributions[contributor];
  const { certificate, warning } = await certificateOf(contributor, pinned);
  const signed = await readContribution(file, contributor, certificate);
  const inputs = sharedInputs(planned.plan, contributor);
  checkHeader(file, contributor, signed, planned, inputs);
  if (servesOnce) checkUnspent(file, contributor);
  const refuse = (says: string) => refused(file, says, contributor);
  const part = signed.header.sealed.find((each) => each.node === node);
  const isLast = lastEvaluator(planned.plan.roles) === node;
  if (part === undefined || part.bytes !== (isLast ? allBytes(inputs) : SEED_BYTES)) {
    throw refuse(`has no share for ${node}; ask ${contributor} to make it again, with this job file`);
  }
  if (part.key !== keyFingerprint(key.publicKey)) {
    throw refuse(
      `is sealed for another key than that of ${node}: send ${contributor} the present .seal.pub, whose fingerprint is ${keyFingerprint(key.publicKey)}, and ask for a new contribution`,
    );
  }
  const share = await signed.open(node, key.privateKey).catch((): never => {
    throw refuse(
      `can not be opened by ${node}: what was sealed is not what was signed; ask ${contributor} for a new one`,
    );
  });
  const read = isLast ? wholeShare(share, inputs) : seededShare(share);
  return { contributor, digest: signed.digest, inputs, read, warning };
}

/** A share that came as it is. */
function wholeShare(share: Uint8Array, inputs: readonly SharedInput[]): ReadShare {
  const starts = new Map<string, number>();
  let at = 0;
  for (const input of inputs) {
    starts.set(input.name, at);
    at += bytesOf(input);
  }
  return ({ name }, from, length) => {
    const start = (starts.get(name) ?? 0) + from;
    return share.subarray(start, start + length);
  };
}

async function certificateOf(contributor: string, file: string) {
  const remedies = remediesOf(contributor);
  const problems: string[] = [];
  const pem = await readFile(file, 'utf8').catch((error: unknown) => {
    const isMissing = fileErrorCode(error) === 'ENOENT';
    problems.push(
      isMissing
        ? `${file} does not exist; ${remedies.missing}`
        : `${file} can not be read: ${readProblem(error)}; ${remedies.wrong}`,
    );
    return '';
  });
  const checked = problems.length > 0 ? undefined : checkCertificate(pem, file, remedies, problems);
  if (checked !== undefined && checked.name !== contributor) {
    problems.push(`${file} is the certificate of '${checked.name}', not of '${contributor}'; ${remedies.wrong}`);
  }
  if (checked !== undefined && problems.length === 0) return checked;
  throw new TrefoilError('TREFOIL_IDENTITY', `the certificate of ${contributor} has a problem:`, { problems });
}

/** What the contributor signed has to be of this job. */
function checkHeader(
  file: string,
  contributor: string,
  { header }: SignedContribution,
  { job, digests }: PlannedJob,
  inputs: readonly SharedInput[],
): void {
  const refuse = (says: string) => refused(file, says, contributor);
  const again = `ask ${contributor} to run trefoil contribute with this job file`;
  if (header.contributor !== contributor) {
    throw refuse(`is that of another contributor, '${header.contributor}'; check contributions in the configuration`);
  }
  if (header.job.digest !== digests.job) {
    const which =
      header.job.name === job.name ? `another version of the job ${job.name}` : `the job ${header.job.name}`;
    throw refuse(
      `is for ${which}, and not for this one: a contribution serves the job that it was made for alone; ${again}`,
    );
  }
  if (!areSame(header.inputs, inputs)) {
    const versions = `${header.trefoil} there, ${programVersion()} here`;
    throw refuse(
      `has other rows or columns than the plan of this job, so it is of another version of Trefoil (${versions}); ${again}`,
    );
  }
}

/** Beside a contribution to a job with a budget: that a run has released something of it. */
const markerOf = (file: string): string => `${file}.spent`;

function checkUnspent(file: string, contributor: string): void {
  const marker = markerOf(file);
  if (!isThere(marker)) {
    try {
      accessSync(dirname(file), constants.W_OK);
    } catch (error) {
      const says = `with privacy the run notes beside the contribution that it has served, and can not: ${writeProblem(error)}`;
      throw new TrefoilError('TREFOIL_LEDGER', `${marker}: ${says}`);
    }
    return;
  }
  throw refused(
    file,
    `has served a run already (${readFileSync(marker, 'utf8').trim()}): with privacy it serves one run, which is what ${contributor} has booked; ask for a new one`,
    contributor,
  );
}

/** Makes each marker once; one that is there already is another run's. */
function spender(markers: readonly string[]): () => void {
  let isSpent = false;
  return () => {
    if (isSpent) return;
    for (const marker of markers) noteSpent(marker);
    isSpent = true;
  };
}

function noteSpent(marker: string): void {
  try {
    writeFileSync(marker, `${new Date().toISOString()}\n`, { flag: 'wx' });
  } catch (error) {
    const says =
      fileErrorCode(error) === 'EEXIST'
        ? 'another run has used the contribution meanwhile, and with privacy it serves one run'
        : `that the contribution is used can not be noted: ${writeProblem(error)}`;
    throw new TrefoilError('TREFOIL_LEDGER', `${marker}: ${says}`);
  }
}

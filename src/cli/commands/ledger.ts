/**
 * `trefoil ledger`: verifies a party's ledger and shows what it has spent, and which job would fit.
 * @module
 */

import { readText } from '../../data/read-text.ts';
import { TrefoilError } from '../../errors.ts';
import type { NodeConfig } from '../../job/file/job.ts';
import { loadJob } from '../../job/file/job-file.ts';
import { planJob } from '../../job/file/planned-job.ts';
import { appendLine, readLedger } from '../../job/node/ledger-folder.ts';
import { loadNodeConfig } from '../../job/node/node-config.ts';
import { openLedger } from '../../job/node/party-ledger.ts';
import { epsilonOf } from '../../privacy/accounting/accountant.ts';
import { standingsOf } from '../../privacy/ledger/budget.ts';
import { type Chain, type Content, checkSigner, lineAfter } from '../../privacy/ledger/ledger.ts';
import { loadIdentities } from '../../transport/identity.ts';
import { DEALER } from '../../trust/modes.ts';
import { printLedger } from '../screens/ledger-screen.ts';

export interface LedgerCommandOptions {
  readonly config: string;
  readonly job?: string;
  readonly takeOver: boolean;
  /** Number of a pending entry. */
  readonly void?: number;
}

export async function showLedger({
  config: file,
  job: jobFile,
  takeOver,
  void: entry,
}: LedgerCommandOptions): Promise<void> {
  const job = jobFile === undefined ? undefined : loadJob(jobFile);
  const config = loadNodeConfig(file, job?.name);
  if (config.node === DEALER) {
    throw new TrefoilError('TREFOIL_CONFIG', 'the dealer owns no records, so it has no ledger');
  }
  const { ledger: folder, identity, limit } = config.privacy;
  if (takeOver) await append(config, () => ({}));
  if (entry !== undefined) await append(config, (chain) => voiding(chain, entry, folder));
  const chain = readLedger(folder);
  if (chain.entries.length > 0) {
    const certificate = readText('TREFOIL_IDENTITY', 'certificate', `${identity}.crt`);
    checkSigner(chain, certificate, `the ledger ${folder}`);
  }
  printLedger(config, chain, epsilonOf);
  if (job === undefined) return;
  if (limit === undefined) {
    console.log(`\nthe job '${job.name}' fits: no limit is set`);
    return;
  }
  const ledger = await openLedger(config, planJob(job), false, epsilonOf);
  ledger?.check();
  const promise = job.privacy === undefined ? '' : ` with ε ${job.privacy.epsilon} at δ ${job.privacy.delta}`;
  console.log(`\nthe job '${job.name}' fits${promise}`);
}

/** Adds an entry that the owner asks for: without content it takes over the ledger of an earlier identity with the present key. */
async function append(
  { node, privacy: { ledger: folder, identity: path } }: NodeConfig,
  contentAfter: (chain: Chain) => Pick<Content, 'settles'>,
): Promise<void> {
  const { identity } = await loadIdentities(node, path, {});
  const chain = readLedger(folder);
  const line = lineAfter(chain, { time: new Date(), party: node, ...contentAfter(chain) }, identity);
  if (!appendLine(folder, chain.entries.length + 1, line)) {
    throw new TrefoilError('TREFOIL_LEDGER', `another process is writing to the ledger ${folder}: try again`);
  }
}

/** A run whose entry is void charges nothing any more, so it ends before it releases anything. */
function voiding({ entries }: Chain, entry: number, folder: string): Pick<Content, 'settles'> {
  const standing = standingsOf(entries).get(entry);
  if (standing === 'pending') return { settles: { entry, as: 'void' } };
  const is = standing === undefined ? 'is no run' : `is ${standing}`;
  throw new TrefoilError(
    'TREFOIL_USAGE',
    `entry ${entry} of the ledger ${folder} ${is}: only a pending one can be made void`,
  );
}

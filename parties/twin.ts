/**
 * Training in the clear for a local rehearsal's report: reads the records of all parties, so it is started by `train --local` alone.
 * @module
 */
import { hexToBytes } from '@noble/hashes/utils.js';
import { asTrefoilError } from '../src/cli/failure.ts';
import { type FromTwin, failed } from '../src/cli/rehearsal/node-messages.ts';
import { loadJob } from '../src/job/file/job-file.ts';
import { loadNodeConfig } from '../src/job/node/node-config.ts';
import { runTwins } from '../src/job/rehearsal/twin.ts';
import type { TrustMode } from '../src/plan/plan.ts';

const [jobFile, trust, publicSeed, ...configFiles] = process.argv.slice(2);
const tell = (message: FromTwin) => process.send?.(message, () => process.disconnect());
// Either it has reported, or nobody is there to report to any more.
process.once('disconnect', () => process.exit());
try {
  const job = loadJob(jobFile, trust as TrustMode);
  const configs = configFiles.map((file) => loadNodeConfig(file, job.name));
  const byName = new Map(configs.map((config) => [config.node, config]));
  tell({ kind: 'twins', twins: await runTwins(job, byName, hexToBytes(publicSeed)) });
} catch (error) {
  tell(failed(asTrefoilError(error)));
}

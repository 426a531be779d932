/**
 * Training in the clear for a local rehearsal's report: reads the records of all parties, so it is started by `train --local` alone.
 * @module
 */
import { hexToBytes } from '@noble/hashes/utils.js';
import { asTrefoilError } from '../src/cli/failure.ts';
import type { FromTwin } from '../src/cli/node-messages.ts';
import { loadJob, withTrust } from '../src/job/job-file.ts';
import { loadNodeConfig } from '../src/job/node-config.ts';
import type { Trust } from '../src/job/schema.ts';
import { runTwins } from '../src/job/twin.ts';

const [jobFile, trust, publicSeed, ...configFiles] = process.argv.slice(2);
const tell = (message: FromTwin) => process.send?.(message, () => process.disconnect());
try {
  const job = withTrust(loadJob(jobFile), trust as Trust);
  const configs = new Map(
    configFiles.map((file) => {
      const config = loadNodeConfig(file);
      return [config.node, config] as const;
    }),
  );
  tell({ kind: 'twins', twins: await runTwins(job, configs, hexToBytes(publicSeed)) });
} catch (error) {
  const { code, message, place } = asTrefoilError(error);
  tell({ kind: 'failed', code, message, place });
}

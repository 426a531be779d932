/**
 * Training in the clear for a local rehearsal's report: reads the records of all parties, so it is started by a rehearsal alone.
 * @module
 */
import { hexToBytes } from '@noble/hashes/utils.js';
import { asTrefoilError } from '../src/errors.ts';
import { alignedRecords } from '../src/job/alignment/aligned-job.ts';
import { ownersOf } from '../src/job/file/job.ts';
import { allRecords } from '../src/job/rehearsal/all-records.ts';
import { type FromTwin, failed, type ToTwin } from '../src/job/rehearsal/node-messages.ts';
import { runTwins } from '../src/job/rehearsal/twin.ts';

const tell = (message: FromTwin) => process.send?.(message, () => process.disconnect());
// Either it has reported, or nobody is there to report to any more.
process.once('disconnect', () => process.exit());
process.once('message', async ({ job, trained, publicSeed, holdings, rows }: ToTwin) => {
  try {
    const read = await allRecords(job, holdings);
    const owners = ownersOf(job).map(({ name }, i) => {
      const aligned = rows.get(name);
      return aligned === undefined ? read[i] : alignedRecords(read[i], aligned);
    });
    tell({ kind: 'twins', twins: await runTwins(trained, owners, hexToBytes(publicSeed)) });
  } catch (error) {
    tell(failed(asTrefoilError(error)));
  }
});

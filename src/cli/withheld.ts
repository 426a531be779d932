/**
 * How a run ends whose model the release gate withheld: in order, with its report, and with a status that is not 0.
 * @module
 */
import { TrefoilError } from '../errors.ts';
import { releaseInWords } from '../job/report/release-report.ts';
import type { Report } from '../job/report/report.ts';

/** Throws `TREFOIL_WITHHELD`. */
export function throwWithheld({ release }: Report): void {
  if (release === undefined || release.isReleased) return;
  throw new TrefoilError(
    'TREFOIL_WITHHELD',
    `${releaseInWords(release)}; train on more records, for fewer epochs, with more training.l2, or with privacy, or agree on a larger audit.maxMembershipAdvantage`,
  );
}

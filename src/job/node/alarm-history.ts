/**
 * Whether runs of one job keep failing because a value left its range, as the reports that they left say: a party that shifts its shares can read a row
 * bit by bit that way, and nothing else of it is seen (SECURITY.md, Malicious parties).
 * @module
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { ErrorCode } from '../../errors.ts';
import { parseRunName, REPORT } from './run-folder.ts';

/** Runs of a job that are looked at, the newest first. */
const RECENT = 50;
/** One failure can be an honest mistake in ranges or rates. */
const SUSPICIOUS = 2;
/** The code of the alarm, and of a loss that no model has. */
const OUT_OF_RANGE: ErrorCode = 'TREFOIL_RANGE';

/** What is read of a report. Anybody can put a file there, so it may have any content. */
const report = z.object({
  format: z.literal('trefoil-report'),
  created: z.string(),
  job: z.object({ name: z.string(), digest: z.string().optional() }),
  failure: z.object({ code: z.string(), toldCode: z.string().optional() }).optional(),
});
type Left = z.infer<typeof report> & { readonly time: string };

/** A warning where at least two of the recent runs failed because a value left its range. `places` are the folders for output. */
export function alarmWarning(
  places: readonly string[],
  job: { readonly name: string; readonly digest: string },
): string[] {
  const recent = places
    .flatMap(reportsIn)
    .filter((left) => left.job.name === job.name || left.job.digest === job.digest)
    .sort((a, b) => (a.time < b.time ? 1 : -1))
    .slice(0, RECENT);
  const alarmed = recent.filter(isOutOfRange);
  if (alarmed.length < SUSPICIOUS) return [];
  const since = alarmed[alarmed.length - 1].created.slice(0, 10);
  const runs = `${alarmed.length} of the last ${recent.length} runs of the job '${job.name}' failed by the range alarm or an impossible loss since ${since}`;
  return [
    `${runs}; a party that shifts its shares can make such a stop answer about single rows, a bit in each run. Stop here unless all parties know why it comes: agree on a change of ranges or ` +
      'rates first, look at who asked for these runs, and end the cooperation where nobody can explain them; SECURITY.md says more under Out of scope',
  ];
}

/** Reports that runs have left in a folder. What can not be read is left out. */
function reportsIn(place: string): Left[] {
  return namesIn(place).flatMap((name) => {
    const parsed = parseRunName(name);
    const read = parsed === undefined ? undefined : readReport(join(place, name, REPORT));
    return parsed === undefined || read === undefined ? [] : [{ ...read, time: parsed.time }];
  });
}

function namesIn(place: string): string[] {
  try {
    return readdirSync(place);
  } catch {
    return [];
  }
}

function readReport(path: string): z.infer<typeof report> | undefined {
  try {
    // A pipe would be waited for.
    return statSync(path).isFile() ? report.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data : undefined;
  } catch {
    return undefined;
  }
}

/** True: this node saw a value out of its range, or heard of it from the node that stopped the run. */
const isOutOfRange = ({ failure }: Left): boolean =>
  failure?.code === OUT_OF_RANGE || failure?.toldCode === OUT_OF_RANGE;

/**
 * Whether runs of one job keep failing by the range alarm, as the reports that they left say: a party that shifts its shares can read a row bit by bit that
 * way, and nothing else of it is seen (SECURITY.md, Malicious parties).
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ALARM_PHASE } from '../runtime/alarm.ts';
import type { FailedReport } from './failed-report.ts';
import type { Report } from './report.ts';
import { parseRunName, REPORT } from './run-folder.ts';

/** Runs of a job that are looked at, the newest first. */
const RECENT = 50;
/** One failure can be an honest mistake in ranges or rates. */
const SUSPICIOUS = 2;

/** A warning where at least two of the recent runs failed by the alarm. `places` are the folders for output. */
export function alarmWarning(
  places: readonly string[],
  job: { readonly name: string; readonly digest: string },
): string[] {
  const recent = places
    .flatMap(reportsIn)
    .filter(({ report }) => report.job.name === job.name || report.job.digest === job.digest)
    .sort((a, b) => (a.time < b.time ? 1 : -1))
    .slice(0, RECENT);
  const alarmed = recent.filter(({ report }) => isByAlarm(report));
  if (alarmed.length < SUSPICIOUS) return [];
  const since = alarmed[alarmed.length - 1].report.created.slice(0, 10);
  const runs = `${alarmed.length} of the last ${recent.length} runs of the job '${job.name}' failed by the range alarm since ${since}`;
  return [
    `${runs}; a party that shifts its shares can make the alarm answer about single rows, a bit in each such run. Stop here unless all parties know why it trips: agree on a change of ranges or ` +
      'rates first, look at who asked for these runs, and end the cooperation where nobody can explain them; SECURITY.md says more under Out of scope',
  ];
}

interface Left {
  readonly time: string;
  readonly report: Report | FailedReport;
}

/** Reports that runs have left in a folder. What can not be read is left out. */
function reportsIn(place: string): Left[] {
  return namesIn(place).flatMap((name) => {
    const parsed = parseRunName(name);
    const report = parsed === undefined ? undefined : readReport(join(place, name, REPORT));
    return parsed === undefined || report === undefined ? [] : [{ time: parsed.time, report }];
  });
}

function namesIn(place: string): string[] {
  try {
    return readdirSync(place);
  } catch {
    return [];
  }
}

function readReport(path: string): Report | FailedReport | undefined {
  try {
    const report = JSON.parse(readFileSync(path, 'utf8')) as Report | FailedReport;
    return report.format === 'trefoil-report' &&
      typeof report.job.name === 'string' &&
      typeof report.created === 'string'
      ? report
      : undefined;
  } catch {
    return undefined;
  }
}

/** True: this node saw the alarm trip, or heard of it from the node that stopped the run. */
function isByAlarm(report: Report | FailedReport): boolean {
  if (report.outcome !== 'failed') return false;
  const { code, toldCode, place } = report.failure;
  return place.phase === ALARM_PHASE && (code === 'TREFOIL_RANGE' || toldCode === 'TREFOIL_RANGE');
}

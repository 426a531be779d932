/** A job that keeps failing because a value left its range is pointed out, and no other. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ErrorCode } from '../../src/errors.ts';
import { alarmWarning } from '../../src/job/node/alarm-history.ts';

const JOB = { name: 'a-job', digest: 'd1' };
const AT_THE_ALARM = { phase: 'range alarm' };

interface Failure {
  readonly code: ErrorCode;
  readonly toldCode?: ErrorCode;
  readonly place?: object;
}

class Place {
  readonly folder = mkdtempSync(join(tmpdir(), 'alarms-'));
  #runs = 0;

  constructor() {
    onTestFinished(() => rmSync(this.folder, { recursive: true, force: true }));
  }

  run(failure?: Failure, job = JOB): this {
    const hour = String(this.#runs % 24).padStart(2, '0');
    const day = String(1 + Math.floor(this.#runs / 24)).padStart(2, '0');
    const folder = join(this.folder, `${job.name}-202611${day}T${hour}0000Z-0000000${this.#runs % 10}`);
    this.#runs++;
    mkdirSync(folder);
    const report = {
      ...{ format: 'trefoil-report', job, created: `2026-11-${day}T${hour}:30:00.000Z` },
      ...(failure === undefined
        ? { outcome: 'released' }
        : { outcome: 'failed', failure: { place: AT_THE_ALARM, ...failure } }),
    };
    writeFileSync(join(folder, 'report.json'), JSON.stringify(report));
    return this;
  }
}

const BY_ALARM: Failure = { code: 'TREFOIL_RANGE' };

describe('alarmWarning', () => {
  it('names how many runs failed by the alarm, and since when', () => {
    const { folder } = new Place()
      .run()
      .run(BY_ALARM)
      .run()
      .run({ code: 'TREFOIL_ABORTED', toldCode: 'TREFOIL_RANGE' });
    const [warning] = alarmWarning([folder], JOB);
    expect(warning).toContain(
      "2 of the last 4 runs of the job 'a-job' failed by the range alarm or an impossible loss since 2026-11-01;",
    );
    expect(warning).toContain('a party that shifts its shares');
  });

  it('says nothing of one such run, of other failures, of other jobs, and of a folder that is not there', () => {
    const others: Failure[] = [{ code: 'TREFOIL_PEER' }, { code: 'TREFOIL_ABORTED', toldCode: 'TREFOIL_PEER' }];
    const place = others.reduce((all, failure) => all.run(failure), new Place().run(BY_ALARM));
    for (let n = 0; n < 5; n++) place.run(BY_ALARM, { name: 'b-job', digest: 'd2' });
    expect(alarmWarning([place.folder, join(place.folder, 'none')], JOB)).toEqual([]);
  });

  it('counts runs that a loss has ended, seen or told, which no alarm saw', () => {
    const lost: Failure = { code: 'TREFOIL_RANGE', place: { phase: 'training', step: 3 } };
    const told: Failure = { code: 'TREFOIL_ABORTED', toldCode: 'TREFOIL_RANGE', place: {} };
    expect(alarmWarning([new Place().run(lost).run(told).folder], JOB)).toHaveLength(1);
  });

  it('counts a job that was changed after each failure, or that has another name', () => {
    const place = new Place().run(BY_ALARM, { ...JOB, digest: 'd0' }).run(BY_ALARM, { name: 'renamed', digest: 'd1' });
    expect(alarmWarning([place.folder], JOB)).toHaveLength(1);
  });

  it('forgets what lies fifty runs back, and bears damaged reports', () => {
    const place = new Place().run(BY_ALARM).run(BY_ALARM);
    expect(alarmWarning([place.folder], JOB)).toHaveLength(1);
    for (let n = 0; n < 50; n++) place.run();
    expect(alarmWarning([place.folder], JOB)).toEqual([]);
    writeFileSync(join(place.folder, 'a-job-20261101T000000Z-00000000', 'report.json'), '{"format":');
    writeFileSync(join(place.folder, 'latest'), '');
    expect(alarmWarning([place.folder], JOB)).toEqual([]);
  });

  it('passes over reports of any other form, and what is no file', () => {
    const place = new Place().run(BY_ALARM).run(BY_ALARM);
    const report = { format: 'trefoil-report', job: JOB, created: '2026-11-01T00:00:00.000Z', outcome: 'failed' };
    const range = { code: 'TREFOIL_RANGE' };
    const odd = [
      ...[null, 1, 'report', [], {}, report, { ...report, failure: null }, { ...report, failure: {} }],
      ...[
        { ...report, failure: { code: 'x' } },
        { ...report, failure: { ...range, toldCode: 7 } },
      ],
      ...[
        { ...report, job: null, failure: range },
        { ...report, created: 5, failure: range },
      ],
    ];
    odd.forEach((content, n) => {
      const folder = join(place.folder, `a-job-20261102T000000Z-${String(n).padStart(8, '0')}`);
      mkdirSync(folder);
      writeFileSync(join(folder, 'report.json'), JSON.stringify(content));
    });
    const piped = join(place.folder, 'a-job-20261103T000000Z-00000000');
    mkdirSync(piped);
    if (process.platform !== 'win32') execFileSync('mkfifo', [join(piped, 'report.json')]);
    expect(alarmWarning([place.folder], JOB)).toEqual([expect.stringContaining('2 of the last 4 runs')]);
  });
});

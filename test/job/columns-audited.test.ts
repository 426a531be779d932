/** What an audit attacks where parties have different columns: the rows of all of them, and runs of the job cut down. */
import { describe, expect, it } from 'vitest';
import { auditSubject } from '../../src/job/audit/audit-subject.ts';
import { auditedBudget } from '../../src/job/audit/audited-budget.ts';
import { auditedJob, auditedRecords, otherRecords } from '../../src/job/audit/audited-job.ts';
import { auditedMembership } from '../../src/job/audit/audited-membership.ts';
import { holdingOf } from '../../src/job/file/column-owners.ts';
import type { Job } from '../../src/job/file/job.ts';
import { jobFrom } from '../../src/job/file/job-file.ts';
import { jobPlan } from '../../src/job/file/task.ts';
import type { OwnRecords } from '../../src/job/node/own-records.ts';
import { ownerInputs } from '../../src/job/node/owner.ts';
import { simulate } from '../../src/runtime/clear/simulate.ts';

const PARTIES = ['north', 'east', 'south'];
const [ROWS, HELD_OUT] = [50, 20];

const job: Job = jobFrom({
  trefoil: 1,
  name: 'apart',
  trust: 'honest-majority',
  parties: [
    { name: 'north', train: ROWS, test: HELD_OUT, features: ['a', 'c'] },
    { name: 'east', train: ROWS, test: HELD_OUT, features: 'b', label: true },
    { name: 'south', train: 0, test: 0 },
  ],
  data: { label: 'y', standardise: 'range', alignment: 'same-order', features: { a: [-1, 1], b: [-1, 1], c: [-1, 3] } },
  model: { type: 'logistic' },
  training: { epochs: 4, batch: 10, learningRate: 0.5 },
  reveal: { model: PARTIES },
});

const value = (row: number, column: number) => Math.sin(12.9898 * (row + 1) + 31.7 * (column + 1));
function recordsOf(party: string, rows: number, salt: number) {
  const { columns } = holdingOf(job, party);
  return {
    features: Float64Array.from({ length: rows * columns.length }, (_, i) =>
      value(Math.floor(i / columns.length) + salt, columns[i % columns.length]),
    ),
    labels: Float64Array.from({ length: rows }, (_, row) => (value(row + salt, 0) > 0 ? 1 : 0)),
    rows,
    columns: columns.length,
  };
}
const owners: OwnRecords[] = ['north', 'east'].map((party) => ({
  train: recordsOf(party, ROWS, 0),
  test: recordsOf(party, HELD_OUT, 500),
}));
owners.push({});

describe('an audit of columns apart', () => {
  const subject = auditSubject(job, owners);

  it('has the rows whole, each once', () => {
    expect(subject.sharedBy).toEqual(['north', 'east']);
    expect(subject.owners.map(({ train, test }) => [train.rows, test.rows])).toEqual([
      [16, 6],
      [17, 7],
      [17, 7],
    ]);
    const rows = subject.owners.flatMap(({ train }) => [...train.features]);
    const scaled = (row: number) => [value(row, 0), value(row, 1), (value(row, 2) - 1) / 2];
    expect(rows).toEqual(
      Array.from({ length: ROWS }, (_, row) => scaled(row))
        .flat()
        .map((x) => expect.closeTo(x, 12)),
    );
  });

  it('names the exposed rows to every owner of columns, by their place in its file', async () => {
    const { exposed } = await auditedMembership({
      ...{ job, subject, budget: auditedBudget(job), seed: '01', isQuick: true, onTrained: () => undefined },
      released: [{ weights: new Float64Array(3).fill(0.1), bias: new Float64Array(1) }],
    });
    expect([...exposed.keys()]).toEqual(['north', 'east']);
    const [north, east] = [...exposed.values()].map((records) => records.map(({ row }) => row));
    expect(north).toEqual(east);
    expect(Math.max(...north)).toBeLessThan(ROWS);
  });

  it('runs the job cut down, on its records and on others', async () => {
    const small = auditedJob(job);
    expect(small.parties.map(({ train }) => train)).toEqual([12, 12, 0]);
    const records = auditedRecords(small, owners);
    for (const world of [records, otherRecords(small, records)]) {
      const inputs = (name: string) =>
        ownerInputs(small, world[PARTIES.indexOf(name)], undefined, holdingOf(small, name));
      const { outcomes } = await simulate(jobPlan(small), inputs);
      expect(outcomes.get('south')?.revealed.get('weights 1')).toHaveLength(3);
    }
    expect([...(otherRecords(small, records)[0].train?.features ?? [])].slice(0, 2)).toEqual([-1, -1]);
  });
});

/**
 * Everything that a job asks of one party's records, looked at where they lie: no peer is contacted, and nothing is written.
 * @module
 */
import { createHash } from 'node:crypto';
import { throwProblems } from '../../data/document.ts';
import { labelReader } from '../../data/labels.ts';
import { Problems } from '../../data/problems.ts';
import type { CellForm } from '../../data/row-encoder.ts';
import { tableOf } from '../../data/source.ts';
import type { TableSource } from '../../data/table-source.ts';
import { cellReader } from '../../encoding/feature-encoder.ts';
import { featureKindOf } from '../../encoding/kinds/index.ts';
import { labelMeaning } from '../../encoding/label-column.ts';
import { fillOf } from '../../encoding/missing.ts';
import { TrefoilError } from '../../errors.ts';
import { keysToAlign } from '../alignment/aligned-job.ts';
import { readKeys } from '../alignment/prepare-alignment.ts';
import { holdingOf } from '../file/column-owners.ts';
import type { Job, NodeConfig, RowKind } from '../file/job.ts';
import { loadJob } from '../file/job-file.ts';
import { tablesOf } from '../file/row-split.ts';
import { type ColumnFindings, ColumnSurvey, type Places, type Surveyed, Tally } from './column-survey.ts';
import { KINDS } from './data-files.ts';
import { dataProblems, loadNodeConfig, type NodeDescription, nodeConfigFrom } from './node-config.ts';
import { OwnTables } from './own-records.ts';
import { columnsRead, encodingOf } from './records-wanted.ts';

/** What was found in the records of one kind. */
export interface DataFindings {
  readonly kind: RowKind;
  /** What messages call the table. */
  readonly table: string;
  /** What places count. */
  readonly counted: 'line' | 'row';
  readonly rows: number;
  /** Rows that the job says there are. */
  readonly expected: number;
  /** Rows that do not count, since a feature with `missing: drop` has no value in them. */
  readonly dropped: Places;
  /** Rows that the job's number is compared with: the others, or all where rows are brought together by their keys and are left out there. */
  readonly kept: number;
  /** Rows that are equal to an earlier one in every column that the job reads. */
  readonly duplicates: Places;
  readonly columns: readonly ColumnFindings[];
  /** What a run would refuse, in the words of a run. Empty: it would take these records. */
  readonly problems: readonly string[];
}

/** Whose records are looked at, and where they lie. */
type Checked = Pick<NodeConfig, 'node' | 'data' | 'keys' | 'table'>;

/** Looks at the records of a configuration, for its job or for another one. Throws `TREFOIL_CONFIG` where it does not fit the job. */
export async function checkData(from: string | NodeDescription, given?: Job): Promise<readonly DataFindings[]> {
  const config = typeof from === 'string' ? loadNodeConfig(from, given?.name) : nodeConfigFrom(from, given?.name);
  const job = given ?? loadJob(config.job);
  throwProblems('TREFOIL_CONFIG', `the node configuration ${config.file}`, dataProblems(config, config.node, job));
  return checkRecords(config, job);
}

/** The same of records that fit the job by their kinds and columns. */
export async function checkRecords(config: Checked, job: Job): Promise<readonly DataFindings[]> {
  const findings: DataFindings[] = [];
  for (const kind of KINDS) {
    if (config.data[kind] !== undefined) findings.push(await checkKind(config, job, kind));
  }
  return findings;
}

async function checkKind(config: Checked, job: Job, kind: RowKind): Promise<DataFindings> {
  const { node: party, data, table } = config;
  const owner = { party, ...(table === undefined ? {} : { table }) };
  const of = data[kind] ?? [];
  // Of a table that is split into kinds of rows, all rows are looked at.
  const expected = tablesOf(job, party).find((own) => own.kind === kind)?.rows ?? 0;
  const rules = keysToAlign(job);
  const problems = [
    ...(await problemsOf(() => new OwnTables(job, owner, data).read(kind))),
    ...(rules === undefined ? [] : await problemsOf(() => readKeys(config, job, rules, kind))),
  ];
  const source = tableOf(of, columnsRead(job, party, table));
  const nothing = {
    rows: 0,
    kept: 0,
    duplicates: { count: 0, first: [] },
    dropped: { count: 0, first: [] },
    columns: [],
  };
  // Where the form of the table itself is wrong, that is the only problem there is.
  const surveyed = source === undefined ? nothing : await survey(source, job, owner).catch(() => nothing);
  return {
    kind,
    table: source?.name ?? `the records for ${kind}`,
    counted: source?.counted ?? 'row',
    expected,
    ...surveyed,
    problems: [...new Set(problems)],
  };
}

/** What a run would refuse while it reads. */
async function problemsOf(read: () => Promise<unknown>): Promise<readonly string[]> {
  try {
    await read();
    return [];
  } catch (error) {
    if (!(error instanceof TrefoilError && error.code === 'TREFOIL_DATA')) throw error;
    return error.problems;
  }
}

async function survey(source: TableSource, job: Job, owner: Parameters<typeof encodingOf>[1]) {
  const form = { numberIn: (cell: string) => source.numberIn(cell) };
  const surveys = surveyedOf(job, owner, form).map((column) => new ColumnSurvey(column));
  const names = [...new Set(surveys.map(({ of }) => of.column))];
  const positions = (await source.find({ names, by: 'job' }, new Problems())) ?? [];
  const found = names.filter((_, i) => (positions[i] ?? -1) >= 0);
  const at = surveys.map(({ of }) => found.indexOf(of.column));
  const seen = new Set<string>();
  const duplicates = { count: 0, first: [] as number[] };
  const dropped = new Tally();
  const needed = surveys.flatMap(({ of }, k) =>
    of.fill === 'drop' && at[k] >= 0 ? [{ read: of.read, at: at[k] }] : [],
  );
  let rows = 0;
  for await (const { cells, places } of source.rows(positions.filter((position) => position >= 0))) {
    cells.forEach((row, i) => {
      rows++;
      const trimmed = row.map((cell) => cell.trim());
      surveys.forEach((column, k) => {
        if (at[k] >= 0) column.add(trimmed[at[k]] ?? '', places[i]);
      });
      if (needed.some(({ read, at }) => read(trimmed[at] ?? '') === 'missing')) dropped.add(places[i]);
      const digest = createHash('sha256').update(JSON.stringify(trimmed)).digest('base64');
      if (!seen.has(digest)) seen.add(digest);
      else if (duplicates.first.push(places[i]) > 3) duplicates.first.pop();
      // Where none of the columns is there, rows have nothing to differ in.
      if (found.length > 0) duplicates.count = rows - seen.size;
    });
  }
  const kept = encodingOf(job, owner).dropped === 'left out' ? rows - dropped.count : rows;
  return {
    rows,
    duplicates,
    dropped,
    kept,
    columns: surveys.filter((_, k) => at[k] >= 0).map((column) => column.findings()),
  };
}

/** The columns of a party's table that a job reads, and how. */
function surveyedOf(job: Job, owner: Parameters<typeof encodingOf>[1], form: CellForm): Surveyed[] {
  const encoding = { ...encodingOf(job, owner), form };
  const features = encoding.features.flatMap((placed): Surveyed[] => {
    const { feature, name } = placed;
    const kind = featureKindOf(feature);
    if (!kind.isRead) return [];
    const fill = fillOf(feature.missing);
    return [
      {
        feature: name,
        asked: kind.told(feature),
        fill,
        bounds: kind.bounds?.(feature),
        ...cellReader(placed, encoding),
      },
    ];
  });
  if (!holdingOf(job, owner.party).hasLabel) return features;
  const { label, classes, target } = job.data;
  const { column, meaning } = labelMeaning(label, { classes }, owner.table ?? {});
  const read = labelReader(
    {
      ...(classes === undefined ? {} : { classes }),
      ...(target === undefined ? {} : { target }),
    },
    form.numberIn,
  );
  const asked =
    classes !== undefined
      ? `one of ${classes.join(', ')}`
      : target === undefined
        ? '0 or 1'
        : `a number, ${target[0]} … ${target[1]}`;
  const ofLabel: Surveyed = {
    feature: label,
    column,
    asked: `${asked} (the label)`,
    fill: 'refuse',
    read(cell) {
      const meant = meaning(cell);
      const reading = read(meant);
      if (meant === '') return 'missing';
      return 'value' in reading ? reading : { ...reading, rule: 'type' };
    },
  };
  return [...features, ofLabel];
}

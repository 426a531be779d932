/**
 * Records of a job with pooled fills: they are read as values, one for each feature that is read, and become columns of the model when the fills are known.
 * @module
 */
import type { FeatureRange } from '../../data/feature-range.ts';
import type { Records } from '../../data/records.ts';
import { type LocalMoments, localMoments, rangeScaling, squaresAbout } from '../../data/standardise.ts';
import { Expansion } from '../../encoding/expansion.ts';
import { valueColumns } from '../../encoding/feature-encoder.ts';
import type { Fills } from '../../encoding/missing.ts';
import { invariant } from '../../errors.ts';
import type { Revealed } from '../../runtime/node.ts';
import type { Holding } from '../file/column-owners.ts';
import type { Job } from '../file/job.ts';
import { type FillInput, fillEntries, fillsOf, pooledOf, summaryOf } from './fills.ts';
import { featuresIn } from './records-wanted.ts';

/** Rows that are filled at a time, where a sum is taken over all of them. */
const ROWS_AT_ONCE = 4096;

/** What a party does with its records before the model sees them. */
export interface FilledRecords {
  /** Columns of the model, with the fills that have been opened. */
  filled(records: Records, revealed: Revealed): Records;
  /** Of its filled training rows. */
  moments(revealed: Revealed): LocalMoments;
  /** What it enters for the fills. */
  entries(input: FillInput, revealed: Revealed): Float64Array;
}

/** How the records of a party with these columns are filled. What can be summed of its training rows before anything is opened is summed at once. */
export function filledRecords(job: Job, holding: Holding, train: Records): FilledRecords {
  const all = pooledOf(job);
  const scaling = rangeScaling(holding.features);
  if (all.length === 0) return asRead(job.data.standardise === 'moments' ? localMoments(train, scaling) : undefined);
  const features = featuresIn(job, holding);
  const values = valueColumns(features).map(({ name }) => name);
  const pooled = all
    .filter(({ name }) => values.includes(name))
    .map((feature) => summaryOf(feature, columnOf(train, values.indexOf(feature.name))));
  let expansion: Expansion | undefined;
  const filled = (records: Records, revealed: Revealed) => {
    expansion ??= new Expansion(features, fillsOf(all, revealed), true);
    return expanded(records, expansion);
  };
  let moments: LocalMoments | undefined;
  return {
    filled,
    moments(revealed) {
      moments ??= joinedMoments(partsOf(train).map((part) => localMoments(filled(part, revealed), scaling)));
      return moments;
    },
    entries: (input, revealed) => fillEntries(input, pooled, revealed),
  };
}

/** Records that are read as columns of the model. */
const asRead = (moments: LocalMoments | undefined): FilledRecords => ({
  filled: (records) => records,
  moments() {
    invariant(moments !== undefined, 'a job whose plan has moments standardises by them');
    return moments;
  },
  entries: () => new Float64Array(0),
});

/** Of several parts together; there is one at least. */
function joinedMoments(parts: readonly LocalMoments[]): LocalMoments {
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const added = (lists: readonly Float64Array[]) =>
    lists[0].map((_, j) => lists.reduce((sum, list) => sum + list[j], 0));
  const sums = added(parts.map((part) => part.sums));
  const means = sums.map((sum) => sum / Math.max(1, rows));
  return { rows, sums, squares: added(parts.map((part) => squaresAbout(part, means))) };
}

/** Records with known fills, as columns of the model of these features. */
export const filledWith = (job: Job, holding: Holding, records: Records, fills: Fills): Records =>
  expanded(records, new Expansion(featuresIn(job, holding), fills, true));

/** What the columns of a party's records are, as they were read. */
export const recordColumns = (job: Job, holding: Holding): readonly FeatureRange[] =>
  pooledOf(job).length === 0 ? holding.features : valueColumns(featuresIn(job, holding));

function expanded(records: Records, expansion: Expansion): Records {
  const { rows, columns } = records;
  const width = expansion.columns.length;
  const features = new Float64Array(rows * width);
  for (let row = 0; row < rows; row++) {
    expansion.expand(records.features.subarray(row * columns, (row + 1) * columns), features, row * width);
  }
  return { ...records, features, columns: width };
}

/** All rows, some at a time, without a copy. */
function partsOf({ features, labels, rows, columns }: Records): Records[] {
  return Array.from({ length: Math.max(1, Math.ceil(rows / ROWS_AT_ONCE)) }, (_, part) => {
    const [first, end] = [part, part + 1].map((at) => Math.min(rows, at * ROWS_AT_ONCE));
    return {
      features: features.subarray(first * columns, end * columns),
      labels: labels.subarray(first, end),
      rows: end - first,
      columns,
    };
  });
}

const columnOf = ({ features, rows, columns }: Records, column: number): Float64Array =>
  Float64Array.from({ length: rows }, (_, row) => features[row * columns + column]);

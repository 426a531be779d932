/**
 * The rows of one kind that a party has for a job, read from wherever they lie.
 * @module
 */
import { numberEncoder } from '../../data/number-encoder.ts';
import type { Records, RecordsWanted } from '../../data/records.ts';
import { type Data, sourceOf } from '../../data/source.ts';
import type { Job, RowKind, RowWeight } from '../file/job.ts';
import { recordsWanted, type TableOwner, weightColumn } from './records-wanted.ts';

export interface OwnRecords {
  readonly train?: Records;
  readonly test?: Records;
  readonly validation?: Records;
}

/** Reads the rows. Throws `TREFOIL_DATA` with every problem found. */
export async function readKind(
  job: Job,
  owner: TableOwner,
  kind: RowKind,
  rows: number,
  data: Data,
  onRows?: (rows: number) => void,
): Promise<Records> {
  const wanted = recordsWanted(job, owner, rows);
  const weight = weightColumn(job, owner.party, kind);
  const source = sourceOf(data);
  return weight === undefined
    ? source.read(wanted, onRows)
    : withWeights(await source.read(weightWanted(wanted, weight, owner), onRows));
}

/** The weight is read as one column more, behind the features. One outside its range is refused, whatever becomes of features. */
function weightWanted(wanted: RecordsWanted, { column, high }: RowWeight, { table }: TableOwner): RecordsWanted {
  const weight = { name: table?.columns?.[column]?.column ?? column, low: 0, high };
  const { features, encoders } = wanted;
  return {
    ...wanted,
    features: [...features, weight],
    encoders: (advice) => [
      ...(encoders?.(advice) ?? features.map((feature) => numberEncoder(feature, wanted, advice))),
      numberEncoder(weight, { outOfRange: 'refuse' }, advice),
    ],
  };
}

/** The last column taken for the weights of the rows. */
function withWeights({ features, labels, rows, columns }: Records): Records {
  const width = columns - 1;
  const others = new Float64Array(rows * width);
  for (let row = 0; row < rows; row++) {
    others.set(features.subarray(row * columns, row * columns + width), row * width);
  }
  const weights = Float64Array.from({ length: rows }, (_, row) => features[row * columns + width]);
  return { features: others, labels, weights, rows, columns: width };
}

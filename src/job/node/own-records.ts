/**
 * The rows of one kind that a party has for a job, read from wherever they lie.
 * @module
 */
import { chosenRecords } from '../../audit/models/chosen-records.ts';
import { numberEncoder } from '../../data/number-encoder.ts';
import type { Records, RecordsWanted } from '../../data/records.ts';
import { formOf } from '../../data/row-encoder.ts';
import { type Data, sourceOf } from '../../data/source.ts';
import { type Job, ownersOf, type RowKind, type RowWeight } from '../file/job.ts';
import { splitOf } from '../file/row-split.ts';
import { recordsWanted, type TableOwner, weightColumn } from './records-wanted.ts';
import { splitRows } from './split-rows.ts';

export interface OwnRecords {
  readonly train?: Records;
  readonly test?: Records;
  readonly validation?: Records;
}

/** The tables of one party. A table that is split into kinds of rows is read once. */
export class OwnTables {
  readonly #job: Job;
  readonly #owner: TableOwner;
  readonly #data: Readonly<Partial<Record<RowKind, Data>>>;
  #whole: Promise<Records> | undefined;

  constructor(job: Job, owner: TableOwner, data: Readonly<Partial<Record<RowKind, Data>>>) {
    this.#job = job;
    this.#owner = owner;
    this.#data = data;
  }

  /** The rows of a kind, or nothing where the party has none. Throws `TREFOIL_DATA` with every problem found. */
  async read(kind: RowKind, onRows?: (rows: number) => void): Promise<OwnRecords> {
    const split = splitOf(this.#job);
    const counts = ownersOf(this.#job).find(({ name }) => name === this.#owner.party);
    const data = this.#data[split === undefined ? kind : 'train'];
    if (counts === undefined || counts[kind] === 0 || data === undefined) return {};
    if (split === undefined)
      return { [kind]: await readKind(this.#job, this.#owner, kind, counts[kind], data, onRows) };
    const all = counts.train + counts.test + counts.validation;
    this.#whole ??= readKind(this.#job, this.#owner, 'train', all, data, onRows);
    const whole = await this.#whole;
    return { [kind]: chosenRecords(whole, splitRows(whole.labels, counts, split, this.#owner.party)[kind]) };
  }
}

/** Reads a table. */
async function readKind(
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
    encoders: (form) => [
      ...(encoders?.(form) ?? features.map((feature) => numberEncoder(feature, wanted, form))),
      { ...numberEncoder(weight, { outOfRange: 'refuse' }, formOf(column, form)), declared: column },
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

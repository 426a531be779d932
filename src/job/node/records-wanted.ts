/**
 * What a party's table of one kind has to hold for a job.
 * @module
 */
import type { RecordsWanted } from '../../data/records.ts';
import { type Placed, plainFeatures, soundly, usedColumns, withParents } from '../../encoding/declaration.ts';
import { type Encoding, featureEncoders, valueColumns, valueEncoders } from '../../encoding/feature-encoder.ts';
import { type Declared, featureKindOf } from '../../encoding/kinds/index.ts';
import { ownLabelEncoder } from '../../encoding/label-column.ts';
import type { OwnTable } from '../../encoding/own-column.ts';
import { type Holding, holdingOf } from '../file/column-owners.ts';
import type { Job, RowKind, RowWeight } from '../file/job.ts';
import { isSplitByColumns } from '../file/row-counts.ts';
import { pooledOf } from './fills.ts';

/** Whose table it is, and what its configuration says of it. */
export interface TableOwner {
  readonly party: string;
  readonly table?: OwnTable | undefined;
}

/** The features that a job declares, whether it needs a schema for them or not. */
export const declaredOf = ({ data }: Pick<Job, 'data'>): readonly Declared[] =>
  data.schema ?? plainFeatures(data.features);

/** The columns by whose names parties hear what records do not keep: none of them is a party's own name. */
export function columnsTold(job: Job): string[] {
  const read = soundly(declaredOf(job)).filter(({ feature }) => featureKindOf(feature).isRead);
  const weight = job.data.weight === undefined ? [] : [job.data.weight.column];
  return [...read.map(({ name }) => name), ...weight, job.data.label];
}

/** The features of which a party has the columns, and those that they are made of. */
export const featuresHeld = (job: Job, party: string): readonly Placed[] => featuresIn(job, holdingOf(job, party));

/** The features that give these columns, and those that they are made of. */
export function featuresIn(job: Job, { features }: Holding): readonly Placed[] {
  const all = soundly(declaredOf(job));
  const names = new Set(features.map(({ name }) => name));
  if (names.size === job.data.features.length) return all;
  const held = all.filter((each) => usedColumns(each).some(({ name }) => names.has(name)));
  const needed = new Set(held.flatMap((each) => withParents(each).map(({ name }) => name)));
  return all.filter(({ name }) => needed.has(name));
}

/** How the features of a job are read from the table of a party. */
export const encodingOf = (job: Job, { party, table = {} }: TableOwner): Omit<Encoding, 'form'> => ({
  features: featuresHeld(job, party),
  own: table,
  fills: {},
  outOfRange: job.data.standardise === 'moments' ? 'refuse' : 'clip',
  missing: 'refuse',
  // Rows that are brought together are known by their numbers, so that a row without a value is left out there.
  dropped: areBroughtTogether(job) ? 'kept' : 'left out',
  isMissing: () => false,
});

/** Whether rows of different owners are found by their keys before a run. */
const areBroughtTogether = ({ parties, data: { alignment } }: Job): boolean =>
  isSplitByColumns(parties) && alignment !== undefined && alignment !== 'same-order';

/** What has to be read: columns of the model, or values where these have to be filled first. Where the job has numbers alone, and the party has them by their names, no encoder is needed. */
export function recordsWanted(job: Job, owner: TableOwner, rows: number): RecordsWanted {
  const { label, classes, target, schema } = job.data;
  const { features, hasLabel } = holdingOf(job, owner.party);
  const range = { ...(classes === undefined ? {} : { classes }), ...(target === undefined ? {} : { target }) };
  const encoding = encodingOf(job, owner);
  const { outOfRange } = encoding;
  const wanted = { ...(hasLabel ? { label, ...range } : {}), features, outOfRange, rows };
  if (schema === undefined && owner.table === undefined) return wanted;
  const isFilledLater = pooledOf(job).length > 0;
  return {
    ...wanted,
    ...(isFilledLater ? { features: valueColumns(encoding.features) } : {}),
    encoders: (form) => (isFilledLater ? valueEncoders : featureEncoders)({ ...encoding, form }),
    ...(hasLabel ? { labelEncoder: (form) => ownLabelEncoder(label, range, owner.table ?? {}, form) } : {}),
  };
}

/** The columns of the party's table that a job reads of rows of a kind, the label last. */
export function columnsRead(
  job: Job,
  party: string,
  { columns = {} }: OwnTable = {},
  kind: RowKind = 'train',
): string[] {
  const columnOf = (name: string) => columns[name]?.column ?? name;
  const read = featuresHeld(job, party).filter(({ feature }) => featureKindOf(feature).isRead);
  const label = holdingOf(job, party).hasLabel ? [job.data.label] : [];
  const weight = weightColumn(job, party, kind);
  return [...read.map(({ name }) => name), ...(weight === undefined ? [] : [weight.column]), ...label].map(columnOf);
}

/** The column of weights that whoever has the label has beside its training rows. */
export function weightColumn(job: Job, party: string, kind: RowKind): RowWeight | undefined {
  return kind === 'train' && holdingOf(job, party).hasLabel ? job.data.weight : undefined;
}

/**
 * A job as its file would have it, so that another process can read it.
 * @module
 */
import type { FeatureRange } from '../../data/feature-range.ts';
import { writtenFeatures } from '../../encoding/feature-schema.ts';
import type { Job } from './job.ts';
import { asOneTable } from './row-split.ts';
import { withWrittenModel } from './written-model.ts';

/** What `jobFrom` and, as JSON, `parseJob` read to the same job. */
export function writtenJob(job: Job): object {
  const { clip, features, schema, ...data } = job.data;
  return {
    ...withWrittenModel(job),
    parties: job.parties.map((party) => asOneTable(job, party)),
    ...(job.contributors === undefined
      ? {}
      : { contributors: job.contributors.map((owner) => asOneTable(job, owner)) }),
    data: {
      ...data,
      ...(data.standardise === 'moments' ? { clip } : {}),
      features: schema === undefined ? writtenColumns(features) : writtenFeatures(schema),
    },
  };
}

type Written = Record<string, { readonly count?: number; readonly range: readonly number[]; readonly unit?: string }>;

/** Alike columns name_0, name_1, … are one entry. */
function writtenColumns(features: readonly FeatureRange[]): Written {
  const names = new Set(features.map(({ name }) => name));
  const written: Written = {};
  for (let i = 0; i < features.length; i++) {
    const { name, low, high, unit } = features[i];
    const entry = { range: [low, high], ...(unit === undefined ? {} : { unit }) };
    const series = /^(.+)_0$/.exec(name)?.[1];
    const isAlike = (other: FeatureRange | undefined, at: number) =>
      other?.name === `${series}_${at}` && other.low === low && other.high === high && other.unit === unit;
    let count = 1;
    while (series !== undefined && isAlike(features[i + count], count)) count++;
    if (series === undefined || count === 1 || names.has(series) || Object.hasOwn(written, series)) {
      written[name] = entry;
    } else {
      written[series] = { count, ...entry };
      i += count - 1;
    }
  }
  return written;
}

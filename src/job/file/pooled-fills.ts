/**
 * What a job file says of missing values that all parties fill together, and of rows that do not count without a value.
 * @module
 */
import type { Document } from '../../data/document.ts';
import { droppingFeatures, type Placed, pooledFeatures, soundly } from '../../encoding/declaration.ts';
import { declaredIn } from '../../encoding/feature-schema.ts';
import type { FillsTask } from '../../plan/training/task.ts';
import { pooledOf } from '../node/fills.ts';
import { featuresHeld } from '../node/records-wanted.ts';
import type { Job } from './job.ts';
import { isSplitByColumns } from './row-counts.ts';
import type { Sound } from './schema.ts';

/** The fills that the plan of a job opens; none where it has none. `isSplit`: each is of the values of the one party that has the column. */
export function fillsTask(job: Job, isSplit: boolean): FillsTask | undefined {
  const pooled = pooledOf(job);
  if (pooled.length === 0) return undefined;
  const features = pooled.map(({ name, fill: kind }) => {
    const owner = isSplit ? ownerOf(job, name) : undefined;
    return { name, kind, ...(owner === undefined ? {} : { owner }) };
  });
  return { features, leastRows: job.data.leastRows };
}

const ownerOf = (job: Job, feature: string): string | undefined =>
  job.parties.find((party) => featuresHeld(job, party.name).some(({ name }) => name === feature))?.name;

type Written = NonNullable<Sound['data']>['features'];

/** The features of a job file where it says what becomes of missing values; none where it does not, since there may be many. */
export const fillable = (features: Written): Placed[] =>
  Object.values(features).some((written) => 'missing' in written && written.missing !== undefined)
    ? soundly(declaredIn(features))
    : [];

/** The key of the file that this feature is of. */
const entryOf = (features: Written, name: string): string =>
  Object.keys(features).find((entry) =>
    declaredIn({ [entry]: features[entry] }).some((feature) => feature.name === name),
  ) ?? name;

/** Notes what does not fit between missing values and the rest of the job. */
export function checkFills(document: Document, { parties, contributors, data, privacy, reveal }: Sound): void {
  if (data === undefined) return;
  const report = (feature: string, says: string) =>
    document.report(['data', 'features', entryOf(data.features, feature), 'missing'], says);
  const features = fillable(data.features);
  const pooled = pooledFeatures(features);
  if (privacy !== undefined) {
    for (const { name, fill } of pooled) {
      report(
        name,
        `must not be ${fill} with privacy: the pooled ${fill} would leave without noise; give a constant that is known in public`,
      );
    }
  }
  if (contributors !== undefined) {
    for (const { name, fill } of pooled) {
      report(
        name,
        `must not be ${fill} with contributors: they give their rows before the pooled ${fill} is known; give a constant that is known in public`,
      );
    }
  }
  if (parties !== undefined && isSplitByColumns(parties) && data.alignment === 'same-order') {
    for (const { name } of droppingFeatures(features)) {
      report(
        name,
        'must not be drop with alignment: same-order: other parties would keep the rows that one drops; give a fill or a constant, or name keys in data.alignment',
      );
    }
  }
  if (parties === undefined || reveal === undefined) return;
  const path = ['reveal', 'fills'];
  if (pooled.length === 0 && reveal.fills.length > 0) {
    document.report(path, 'must be empty without a feature that has missing: mean or missing: median');
  }
  if (pooled.length > 0 && parties.some(({ name }) => !reveal.fills.includes(name))) {
    const [{ name, fill }] = pooled;
    document.report(path, `must name all three parties with missing: ${fill}, as ${name} has it, since all fill alike`);
  }
}

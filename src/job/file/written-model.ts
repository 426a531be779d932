/**
 * A model as a job file has it: by the short form of its layers where they have one.
 * @module
 */
import { shortFormOf } from '../../graph/layers/short-form.ts';
import type { Job, JobModel } from './job.ts';
import { writtenLayer } from './layer-schema.ts';

const FORMS: Readonly<Record<JobModel['type'], (model: JobModel) => object>> = {
  logistic: () => ({}),
  mlp({ input: { height, width, channels }, layers, output, initial }) {
    const form = shortFormOf(layers) ?? { input: [height, width, channels], layers: layers.map(writtenLayer) };
    return { ...form, output, initial };
  },
};

/** The job with its model in that form: what digests are of, and what nodes compare. */
export function withWrittenModel<J extends Pick<Job, 'model'>>(job: J): Omit<J, 'model'> & { readonly model: object } {
  const { type, threshold } = job.model;
  const decision = threshold === undefined ? {} : { threshold };
  return { ...job, model: { type, ...FORMS[type](job.model), ...decision } };
}

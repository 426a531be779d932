import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { jobDigest } from '../../src/job/file/digest.ts';
import type { Job } from '../../src/job/file/job.ts';
import { loadJob, parseJob, withTrust } from '../../src/job/file/job-file.ts';

const job = loadJob('examples/breast-cancer-range.yaml');

/** The same job from a file with its keys in the opposite order. */
function reversed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([key, part]) => [key, reversed(part)]);
  return Object.fromEntries(entries.reverse());
}

describe('jobDigest', () => {
  it('is the SHA-256 of canonical JSON', () => {
    const model = { type: 'logistic', layers: [], output: 'sigmoid', initial: 'he' };
    const small = { name: 'é', list: [1, 0.5], nested: { b: 1e21, a: 'x' }, model } as unknown as Job;
    const canonical = '{"list":[1,0.5],"model":{"type":"logistic"},"name":"é","nested":{"a":"x","b":1e+21}}';
    expect(jobDigest(small)).toBe(createHash('sha256').update(canonical).digest('hex'));
  });

  it('does not depend on the order of keys', () => {
    expect(jobDigest(reversed(job) as Job)).toBe(jobDigest(job));
  });

  it('does not depend on whether a default is written out', () => {
    const lines = `trefoil: 1
name: small
trust: dealer
parties: [{ name: a, train: 10, test: 0 }, { name: b, train: 10, test: 0 }, { name: c, train: 10, test: 0 }]
data: { label: y, features: { x: [0, 1] }, standardise: range }
model: { type: logistic }
training: { epochs: 1, batch: 1, learningRate: 1 }
reveal: { model: [a] }
`;
    const explicit = `${lines}numbers: { fractionalBits: 16 }\n`;
    expect(jobDigest(parseJob(explicit, ''))).toBe(jobDigest(parseJob(lines, '')));
  });

  it('depends on the order of the features and on every section', () => {
    const { features } = job.data;
    expect(jobDigest({ ...job, data: { ...job.data, features: features.toReversed() } })).not.toBe(jobDigest(job));
    expect(jobDigest(withTrust(job, 'dealer'))).not.toBe(jobDigest(job));
  });
});

/** The heart-disease records: checksums, rows, and that each hospital's form gives the columns that were agreed. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadJob } from '../../src/job/file/job-file.ts';
import { checkData } from '../../src/job/node/check-data.ts';
import { allRecords } from '../../src/job/rehearsal/all-records.ts';
import { loadConfigs } from '../../src/job/rehearsal/local-configs.ts';

const FOLDER = 'examples/heart-disease';
const job = loadJob('examples/heart-disease.yaml');

describe('the heart-disease records', () => {
  it('have the checksums that are written beside them', () => {
    const lines = readFileSync(`${FOLDER}/SHA256SUMS`, 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(5);
    for (const line of lines) {
      const content = readFileSync(`${FOLDER}/${line.slice(66)}`);
      expect(createHash('sha256').update(content).digest('hex')).toBe(line.slice(0, 64));
    }
  });

  it('are 303 rows, 139 with the disease, with every column within its range', async () => {
    const owners = await allRecords(job, loadConfigs(job, 'parties'));
    const all = owners.flatMap(({ train, test }) => [train, test].flatMap((records) => records ?? []));
    expect(all.reduce((sum, { rows }) => sum + rows, 0)).toBe(303);
    expect(all.flatMap(({ labels }) => [...labels]).reduce((sum, label) => sum + label, 0)).toBe(139);
    const { features } = job.data;
    expect(features).toHaveLength(21);
    for (const { features: values, columns } of all) {
      expect(columns).toBe(21);
      values.forEach((value, i) => {
        expect(value).toBeGreaterThanOrEqual(features[i % columns].low);
        expect(value).toBeLessThanOrEqual(features[i % columns].high);
      });
    }
    const missing = features.findIndex(({ name }) => name === 'vessels is missing');
    const marked = all.flatMap(({ features: values, columns }) =>
      [...values].filter((_, i) => i % columns === missing),
    );
    expect(marked.reduce((sum, value) => sum + value, 0)).toBe(4);
  });

  it.each(['north', 'east', 'south'])('pass the check of %s at home', async (party) => {
    const findings = await checkData(`parties/${party}.yaml`, job);
    expect(findings.flatMap(({ problems }) => problems)).toEqual([]);
    expect(findings.map(({ columns }) => columns.length)).toEqual(findings.map(() => 14));
  });
});

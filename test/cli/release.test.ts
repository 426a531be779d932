/** The release gate in real processes: a model that is withheld is written nowhere, the report has the evidence, and the status says so. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { LocalSite } from './local-site.ts';

function jobOf(site: LocalSite, audit: object): string {
  const job = parse(readFileSync('examples/breast-cancer-logistic.yaml', 'utf8')) as object;
  const training = { epochs: 2, batch: 64, learningRate: 0.2, l2: 0.02 };
  const file = join(site.folder, 'gated.yaml');
  writeFileSync(file, JSON.stringify({ ...job, name: 'gated', training, audit }));
  return file;
}

it('withholds the model in dealer mode', async () => {
  const site = new LocalSite();
  const job = jobOf(site, { maxMembershipAdvantage: 0.01 });
  const train = site.train(job, '--trust', 'dealer', '--report', site.report);
  expect(await train.ended, train.output).toMatchObject({ status: 1 });
  expect(train.output).toContain('[TREFOIL_WITHHELD]');
  expect(train.output).toMatch(
    /withheld from all recipients: an attack counted on shares can reach an advantage of up to/,
  );
  const { release, models, cost, learnt, quality } = site.readReport();
  expect(release).toMatchObject({ isReleased: false, by: 'shares', maxMembershipAdvantage: 0.01 });
  expect(release?.evidence).toHaveLength(8);
  expect(models).toEqual({});
  expect(site.models).toEqual([]);
  expect(site.readReport().outcome).toBe('withheld');
  expect(site.nodeReports.map(({ node, outcome }) => [node, outcome])).toEqual(
    expect.arrayContaining(['dealer', 'north', 'east', 'south'].map((name) => [name, 'withheld'])),
  );
  expect(cost.counted).toEqual(cost.planned);
  expect(learnt.north.join()).toContain('number of training rows that the model is so sure of');
  expect(learnt.north.join()).not.toContain('the model:');
  expect(quality.test.accuracy).toBeGreaterThan(0.8);
});

it('releases it on the word of an auditor, in honest-majority mode', async () => {
  const site = new LocalSite();
  const job = jobOf(site, { maxMembershipAdvantage: 1, auditor: 'south' });
  const train = site.train(job, '--report', site.report);
  expect(await train.ended, train.output).toMatchObject({ status: 0 });
  const { release, models, learnt } = site.readReport();
  expect(release).toMatchObject({ isReleased: true, by: 'auditor', auditor: 'south' });
  expect(release?.advantage.upper).toBeGreaterThan(release?.advantage.value ?? 1);
  expect(Object.keys(models)).toEqual(['north', 'east', 'south']);
  expect(learnt.south.join()).toContain('the model, before the release gate: weights 1');
  expect(learnt.north.join()).not.toContain('before the release gate');
});

/** The example of columns that lie apart, from its files to its report: in one trust mode among the quick tests, in the other among the slow ones. */
import { resolve } from 'node:path';
import { expect } from 'vitest';
import type { TrustMode } from '../../src/plan/plan.ts';
import type { NodeName } from '../parties/site.ts';
import { LocalSite } from './local-site.ts';

const PARTIES: readonly NodeName[] = ['north', 'east', 'south'];

export async function trainsColumnsApart(trust: TrustMode): Promise<void> {
  const site = new LocalSite();
  for (const name of PARTIES) {
    const train = resolve(`examples/breast-cancer-vertical/${name}.csv`);
    site.changeConfig(name, (config) => ({ ...config, data: { train } }));
  }
  const train = site.train('examples/breast-cancer-vertical.yaml', '--trust', trust, '--report', site.report);
  expect(await train.ended, train.output).toMatchObject({ status: 0 });
  const report = site.readReport();
  // 569 patients, of whom one hospital or another has never seen 29; a fifth is held out.
  expect(report.parties.map(({ train, test }) => [train, test])).toEqual([
    [432, 108],
    [432, 108],
    [432, 108],
  ]);
  expect(report.cost.counted).toEqual(report.cost.planned);
  expect(report.parity?.maxWeightDifference).toBeLessThanOrEqual(0.01);
  expect(report.quality.test.accuracy).toBe(report.quality.plaintext?.accuracy);
  expect(report.quality.test.accuracy).toBeGreaterThanOrEqual(0.9);
}

/**
 * The whole audit of views on the examples: 200 pairs of real runs in each trust mode, a million values for every view. Its figures are shown by
 * `--reporter=verbose`.
 */
import { describe, expect, it } from 'vitest';
import { auditViews } from '../../../src/job/audit/audited-views.ts';
import { loadJob } from '../../../src/job/file/job-file.ts';
import { allRecords } from '../../../src/job/rehearsal/all-records.ts';
import { loadConfigs } from '../../../src/job/rehearsal/local-configs.ts';
import { isDealer } from './failures.ts';

const round = (x: number) => Math.round(1000 * x) / 1000;

describe.each(['digits-mlp', 'breast-cancer-logistic'])('%s', (example) => {
  it('nothing that nodes see tells of the records', async ({ annotate }) => {
    const job = loadJob(`examples/${example}.yaml`);
    const owners = await allRecords(job, loadConfigs(job, 'parties'));
    const started = process.cpuUsage();
    const report = await auditViews({
      ...{ job, owners, seed: 'views', isQuick: false },
      onProgress: () => undefined,
    });
    const { user, system } = process.cpuUsage(started);
    await annotate(`${round((user + system) / 1e6)} s of CPU`);
    for (const [i, { view, values, tests, failed }] of report.uniformity.entries()) {
      const { value, lower, upper } = report.twoWorlds[i].advantage;
      const game = `advantage ${round(value)} (${round(lower)} to ${round(upper)})`;
      await annotate(`${view}: ${values} values, ${failed.length} of ${tests} tests fail, ${game}`);
    }
    for (const { attack, score, baselines } of report.attacks) {
      for (const { name, score: figures } of [{ name: attack, score }, ...baselines]) {
        const { recognised, meanPsnr, featureError } = figures;
        await annotate(`${name}: recognised ${recognised.value}, ${round(meanPsnr)} dB, error ${round(featureError)}`);
      }
    }

    expect(report.uniformity).toHaveLength(10);
    for (const { view, values, failed } of report.uniformity) {
      if (isDealer(view)) expect(values, view).toBe(0);
      else expect(values, view).toBeGreaterThan(1e6);
      expect(failed, view).toEqual([]);
    }
    for (const { view, pairs, advantage } of report.twoWorlds) {
      expect(pairs).toBe(200);
      expect(advantage.lower, view).toBeLessThanOrEqual(0);
      expect(advantage.upper, view).toBeGreaterThanOrEqual(0);
    }
    for (const { score, baselines } of report.attacks) {
      expect(score.recognised.value).toBe(0);
      const best = Math.max(...baselines.map((baseline) => baseline.score.meanPsnr));
      expect(score.meanPsnr).toBeLessThan(best);
    }
  });
});

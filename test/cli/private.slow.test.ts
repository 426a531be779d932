/** The private examples as a user runs them: how good they are, with the noise that their accuracy gets. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { Report } from '../../src/job/report/report.ts';
import { Program } from './program.ts';

async function train(example: string): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), 'private-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const report = join(folder, 'report.json');
  const program = new Program('dist/src/cli/main.js', [
    'train',
    `examples/${example}.yaml`,
    '--local',
    '--report',
    report,
  ]);
  expect(await program.ended, program.output).toMatchObject({ status: 0 });
  return JSON.parse(readFileSync(report, 'utf8')) as Report;
}

const middle = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1];

// In float64 the median of 1,000 runs is 0.974 and none is below 0.938; the noise of the reported accuracy has a deviation of 0.013.
it('breast cancer: at least 93 % at ε = 3 and δ = 1e-4, in the middle of three runs', async () => {
  const accuracies: number[] = [];
  for (let run = 0; run < 3; run++) {
    const { privacy, quality } = await train('breast-cancer-private');
    expect(privacy).toMatchObject({ epsilon: 3, delta: 1e-4 });
    accuracies.push(quality.test.accuracy ?? 0);
  }
  expect(middle(accuracies)).toBeGreaterThanOrEqual(0.93);
});

// 60 runs in float64: 0.881 to 0.939; the reported accuracy has noise of deviation 0.004.
it('digits: between 86 % and 97 % at ε = 3', async () => {
  const { quality, cost } = await train('digits-private');
  expect(quality.test.accuracy).toBeGreaterThan(0.86);
  expect(quality.test.accuracy).toBeLessThan(0.97);
  expect(cost.counted).toEqual(cost.planned);
});

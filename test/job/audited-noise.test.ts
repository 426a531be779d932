/** A training without noise that claims ε = 1 fails the audit: in float64, and by the program itself. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { contradictions } from '../../src/audit/report/verdict.ts';
import { auditedBudget } from '../../src/job/audit/audited-budget.ts';
import { auditedNoise, type NoiseFindings } from '../../src/job/audit/audited-noise.ts';
import { OwnNoise } from '../../src/runtime/own-noise.ts';
import { noiseSetting, nothing, withPartOfNoise } from './noise-setting.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

/** What the verdict of a report says of bounds on ε. */
function saidOf({ epsilon }: NoiseFindings): string[] {
  const report = { seed: '', shadowModels: 0, targets: 0, results: [], limits: [] };
  const views = { method: '', limits: [], uniformity: [], twoWorlds: [], attacks: [] };
  return contradictions({ views, membership: [{ system: 'trefoilPrivate', report, limits: [], epsilon }] });
}

describe('canaries with a feature of their own', () => {
  // Without a budget of its own the job is audited as it would be with ε = 1.
  const setting = noiseSetting('breast-cancer-logistic', 'honest-majority', 'noise');

  it('prove no more than the accountant has', async () => {
    const findings = await auditedNoise(setting);
    expect(findings.limits).toEqual([]);
    expect(findings.epsilon.map(({ holds }) => holds)).toEqual([true, true]);
    expect(saidOf(findings)).toEqual([]);
  });

  it('find a training in float64 that leaves its noise out, and a program whose parties add none', async () => {
    vi.spyOn(OwnNoise.prototype, 'addTo').mockImplementation(nothing);
    const findings = await auditedNoise(withPartOfNoise(setting, 0));
    expect(findings.epsilon.map(({ holds }) => holds)).toEqual([false, false]);
    for (const { lower } of findings.epsilon) expect(lower).toBeGreaterThan(1);
    const lacking = expect.stringContaining('adds less noise than was accounted for');
    expect(saidOf(findings)).toEqual([lacking, lacking]);
  });

  it('say so where ε is too large for them to contradict', async () => {
    const { job, ...others } = noiseSetting('breast-cancer-private', 'dealer', 'large');
    const generous = { ...job, privacy: { ...auditedBudget(job).privacy, epsilon: 20 } };
    const findings = await auditedNoise({ ...others, job: generous, budget: auditedBudget(generous) });
    expect(findings.epsilon).toEqual([]);
    expect(findings.limits).toEqual([1, 2].map(() => expect.stringContaining('too large for canaries')));
  });
});

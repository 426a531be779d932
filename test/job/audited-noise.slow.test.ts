/** How often canaries find what is missing of the noise, and how often they are wrong, over the examples: the table of docs/explanation/attacks.md. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { auditedNoise, type NoiseSetting } from '../../src/job/audit/audited-noise.ts';
import { OwnNoise } from '../../src/runtime/own-noise.ts';
import { TRUST } from '../protocol/harness.ts';
import { noiseSetting, nothing, withPartOfNoise } from './noise-setting.ts';

const RIGHT = 20;
const MUTANTS = 5;

afterEach(() => {
  vi.restoreAllMocks();
});

/** Of so many audits, how many bounds do not hold: in float64, and by the program. */
async function alarms(setting: NoiseSetting, audits: number): Promise<readonly number[]> {
  const counts = [0, 0];
  for (let i = 0; i < audits; i++) {
    const { epsilon, limits } = await auditedNoise({ ...setting, seed: `audit ${i}` });
    expect(limits).toEqual([]);
    for (const [kind, { holds }] of epsilon.entries()) counts[kind] += holds ? 0 : 1;
  }
  return counts;
}

describe.each(TRUST)('in %s', (trust) => {
  it.each(['breast-cancer-logistic', 'breast-cancer-private', 'digits-private'])('%s', async (example) => {
    const setting = noiseSetting(example, trust, '');
    // Each with a probability of 2 % at most, so that more than three of forty have 0.9 % at most. Guesses do far worse than the proof allows.
    const wrong = await alarms(setting, RIGHT);
    expect(wrong[0] + wrong[1]).toBeLessThanOrEqual(3);
    expect((await alarms(withPartOfNoise(setting, 1 / 64), MUTANTS))[0]).toBe(MUTANTS);
    vi.spyOn(OwnNoise.prototype, 'addTo').mockImplementation(nothing);
    expect(await alarms(withPartOfNoise(setting, 0), MUTANTS)).toEqual([MUTANTS, MUTANTS]);
  });
});

it('a wide network is audited within its range', async () => {
  for (const trust of TRUST) {
    const { epsilon, limits } = await auditedNoise(noiseSetting('mnist-private', trust, 'wide'));
    expect(limits).toEqual([]);
    expect(epsilon.every(({ holds }) => holds)).toBe(true);
  }
});

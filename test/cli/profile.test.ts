/** `--profile`: every node's times and the plan's bytes by layer, in the report and on the screen; that neither is there without it, `train.test.ts` looks at. */
import { describe, expect, it } from 'vitest';
import { LocalSite } from './local-site.ts';

const JOB = 'examples/breast-cancer-range.yaml';

describe('train --local --profile', () => {
  it('reports where time, rounds and bytes went at every node', async () => {
    const site = new LocalSite();
    const train = site.train(JOB, '--trust', 'dealer', '--profile', '--report', site.report);
    expect(await train.ended, train.output).toMatchObject({ status: 0 });
    const { profile, cost, steps } = site.readReport();
    expect(Object.entries(profile?.nodes ?? {}).map(([node, { role }]) => [node, role])).toEqual([
      ['dealer', 'dealer'],
      ['north', 'evaluator'],
      ['east', 'evaluator'],
      ['south', 'evaluator'],
    ]);
    const layers = profile?.layers ?? [];
    const sent = (bytes: 'openingBytes' | 'correctionBytes') =>
      layers.reduce((sum, phase) => sum + phase.times * phase.layers.reduce((all, layer) => all + layer[bytes], 0), 0);
    expect(sent('openingBytes')).toBe(cost.counted.bytes.north.opening);
    expect(sent('correctionBytes')).toBe(cost.counted.bytes.dealer.correction);
    for (const { seconds, bookings } of Object.values(profile?.nodes ?? {})) {
      const products = bookings.filter(({ operation, layer }) => operation === 'product' && layer === 'layer 1');
      expect(products.find(({ phase }) => phase === 'training')?.calls).toBeLessThanOrEqual(steps);
      expect(products.length).toBeGreaterThan(0);
      expect(bookings.reduce((sum, booking) => sum + booking.seconds, 0)).toBeLessThanOrEqual(seconds + 1e-9);
    }
    for (const line of ['of a training step goes', 'waiting for openings', 'south (evaluator)', 'weights 1', 'alarm']) {
      expect(train.stdout).toContain(line);
    }
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { killSpenders } from './kill-spenders.ts';

it('100 kills at random moments: never less recorded than spent', async () => {
  let uses = 0;
  // The ledger is read whole at each spending, so that a new one now and then keeps the pace.
  for (let round = 0; round < 20; round++) {
    const folder = mkdtempSync(join(tmpdir(), 'ledger-'));
    try {
      const { charged, counted, used } = await killSpenders(folder, 5);
      expect(charged).toEqual(expect.arrayContaining([...used]));
      expect(counted).toEqual(expect.arrayContaining([...used]));
      uses += used.length;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  expect(uses).toBeGreaterThanOrEqual(100);
});

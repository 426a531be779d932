/** What is left in the heap is quoted by what is sent, up to what is collected, so that memory is flat however many steps there are. */
import { describe, expect, it } from 'vitest';
import { loadJob } from '../../src/job/file/job-file.ts';
import { jobPlan } from '../../src/job/file/task.ts';
import { jobMemory } from '../../src/job/node/job-memory.ts';
import { TRUST } from '../protocol/harness.ts';

describe.each(TRUST)('in %s', (trust) => {
  it('quotes more for many sessions than for few, and no more for still more', () => {
    const job = loadJob('examples/breast-cancer-logistic.yaml', trust);
    const [few, many, most] = [1, 5000, 20_000].map((epochs) => {
      const longer = { ...job, training: { ...job.training, epochs } };
      return jobMemory(longer, jobPlan(longer));
    });
    for (const node of Object.keys(few)) {
      expect(many[node]).toBeGreaterThan(few[node]);
      expect(most[node] - few[node]).toBeLessThan(97 * 2 ** 20);
      expect(most[node] - many[node]).toBeLessThan(2 ** 20);
    }
  });
});

/** What the library promises changes with intent: the report of its public surface is kept, and compared here. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { apiReport } from '../../tools/api-report.mjs';

it('the public surface is the one of docs/reference/library-api.txt; after an intended change: npm run api', () => {
  expect(apiReport()).toBe(readFileSync('docs/reference/library-api.txt', 'utf8'));
});

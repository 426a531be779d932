/** Columns that lie apart in `dealer` mode, over five processes; test/job/columns-aligned.test.ts has it in one process among the quick tests. */
import { it } from 'vitest';
import { trainsColumnsApart } from './columns-apart.ts';

it('finds the patients whose columns lie apart, in dealer mode', () => trainsColumnsApart('dealer'));

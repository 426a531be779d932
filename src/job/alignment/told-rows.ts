/**
 * How nodes that align no rows hear how many there are: a dealer service, and a party without columns. Those that have aligned tell them in the handshake.
 * @module
 */
import { z } from 'zod';
import { TrefoilError } from '../../errors.ts';
import type { Agreement, Items } from '../../transport/agreement-check.ts';
import { agreementOf } from '../file/agreement.ts';
import type { PlannedJob } from '../file/planned-job.ts';
import { type RowCounts, totalsOf } from '../file/row-counts.ts';
import { planAligned } from './aligned-job.ts';

const ROWS = 'rows in common';
const PLAN = 'plan';

const count = z.int().min(0);
const counts = z.strictObject({ train: count, test: count, validation: count });

/** What nodes of a job whose rows are aligned must have in common. `aligned`: what this node knows by itself, once it has aligned. */
export function agreementOnRows({ job }: PlannedJob, aligned: PlannedJob | undefined): Agreement {
  const { items, ...agreement } = agreementOf(job, aligned?.digests.plan ?? '');
  const { [PLAN]: plan, ...known } = items;
  const told: Items = aligned === undefined ? {} : { [PLAN]: plan, [ROWS]: JSON.stringify(totalsOf(aligned.job)) };
  return { ...agreement, items: { ...known, ...told }, told: [PLAN, ROWS] };
}

/** The job on the rows that the peers tell of. Throws `TREFOIL_DISAGREEMENT` where they do not tell the same, or more rows than there can be. */
export function toldPlan(
  planned: PlannedJob,
  peers: ReadonlyMap<string, { readonly items?: Items | undefined }>,
): PlannedJob {
  const said = [...peers].flatMap(([peer, { items }]) =>
    items?.[ROWS] === undefined ? [] : [{ peer, text: items[ROWS] }],
  );
  const [first] = said;
  if (first === undefined) {
    throw new TrefoilError('TREFOIL_DISAGREEMENT', 'no peer tells how many rows were aligned: start all nodes again');
  }
  const other = said.find(({ text }) => text !== first.text);
  if (other !== undefined) {
    const says = `${first.peer} and ${other.peer} tell of different rows in common: start all nodes again`;
    throw new TrefoilError('TREFOIL_DISAGREEMENT', says, { place: { party: other.peer } });
  }
  return planAligned(planned, boundedCounts(planned, first.peer, first.text));
}

function boundedCounts({ job }: PlannedJob, peer: string, text: string): RowCounts {
  const found = counts.safeParse(parsed(text)).data;
  const most = totalsOf({ parties: job.parties });
  const all = ({ train, test, validation }: RowCounts) => train + test + validation;
  if (found !== undefined && all(found) <= all(most)) return found;
  throw new TrefoilError('TREFOIL_PEER', `${peer} told a number of rows in common that the job does not allow`, {
    place: { party: peer },
    facts: { how: 'malformed' },
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

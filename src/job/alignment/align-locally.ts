/**
 * A rehearsal of an alignment: all parties in this process, over links in memory.
 * @module
 */
import { MemoryMeeting } from '../../transport/memory-mesh.ts';
import type { Job, NodeConfig } from '../file/job.ts';
import { allOrEveryProblem } from '../node/every-problem.ts';
import { keepAlignment } from './keep-alignment.ts';
import { prepareRows } from './prepare-alignment.ts';
import { type AlignmentObserver, type AlignmentOutcome, runAlignment } from './run-alignment.ts';

/** What one party has at the end. */
export interface LocalAlignment {
  readonly outcome: AlignmentOutcome;
  /** The lists of its rows. */
  readonly files: readonly string[];
}

const SILENT: AlignmentObserver = {
  onListening: () => undefined,
  onWaiting: () => undefined,
  onConnected: () => undefined,
  onProgress: () => undefined,
};

/** Aligns the rows of all parties. `configs`: by party. `observer` hears how the first party gets on. */
export async function alignLocally(
  job: Job,
  configs: ReadonlyMap<string, NodeConfig>,
  observer: Pick<AlignmentObserver, 'onProgress'>,
  stop: AbortSignal,
): Promise<ReadonlyMap<string, LocalAlignment>> {
  const names = job.parties.map(({ name }) => name);
  const own = names.flatMap((name) => configs.get(name) ?? []);
  const prepared = await allOrEveryProblem(own.map((config) => prepareRows(config, job)));
  const meeting = new MemoryMeeting(names);
  const outcomes = await Promise.all(
    prepared.map((party, i) =>
      runAlignment(
        party,
        ({ offer, stop: stopped }) => meeting.connect(party.self, offer, stopped),
        i === 0 ? { ...SILENT, ...observer } : SILENT,
        stop,
      ),
    ),
  );
  return new Map(
    prepared.map(({ self }, i) => {
      const outcome = outcomes[i];
      return [self, { outcome, files: keepAlignment(configs.get(self)?.output ?? [], job.name, outcome.kinds) }];
    }),
  );
}

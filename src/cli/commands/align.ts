/**
 * `trefoil align`: which rows the parties have in common, at one node or, as a rehearsal, with all of them on this machine.
 * @module
 */
import { relative } from 'node:path';
import { TrefoilError } from '../../errors.ts';
import { alignLocally } from '../../job/alignment/align-locally.ts';
import { type AlignmentEvent, alignRows } from '../../job/alignment/align-rows.ts';
import { alignmentOf } from '../../job/alignment/prepare-alignment.ts';
import type { AlignmentObserver } from '../../job/alignment/run-alignment.ts';
import { loadJob } from '../../job/file/job-file.ts';
import { configsOf, jobFileAt } from '../packaged.ts';
import { alignmentLines } from '../screens/alignment-screen.ts';
import { ProgressDisplay } from '../screens/progress.ts';
import { outliveOutput } from '../standard-output.ts';
import { stopOnSignals } from '../stop.ts';

export interface AlignOptions {
  readonly config?: string;
  readonly local?: boolean;
  /** Folder with a configuration for each node. */
  readonly configs: string;
}

/** How long a node that is done waits for its connections to end by themselves. */
const LINGER_MS = 1000;

export async function align(job: string | undefined, { config, local = false, configs }: AlignOptions): Promise<void> {
  outliveOutput();
  if (config !== undefined && job === undefined && !local) await alignNode(config);
  else if (config === undefined && job !== undefined && local) await alignHere(job, configs);
  else {
    throw new TrefoilError(
      'TREFOIL_USAGE',
      'say --config FILE to align the rows of one node with those of its peers, or JOB --local to rehearse it with all of them on this machine',
    );
  }
}

async function alignNode(file: string): Promise<void> {
  const { signal } = stopOnSignals();
  const display = new ProgressDisplay();
  const run = alignRows(file, { signal });
  try {
    for await (const event of run) show(event, display);
    display.stop();
    const outcome = await run.result;
    for (const line of alignmentLines(outcome)) console.log(line);
    sayFiles(outcome.files);
  } finally {
    display.stop();
    // A frozen peer keeps a connection half open that this node has closed; nobody should wait for it.
    setTimeout(() => process.exit(), LINGER_MS).unref();
  }
}

type Shown = {
  readonly [Kind in AlignmentEvent['kind']]: (event: Extract<AlignmentEvent, { kind: Kind }>) => void;
};

function show<Kind extends AlignmentEvent['kind']>(
  event: Extract<AlignmentEvent, { kind: Kind }>,
  display: ProgressDisplay,
): void {
  const shown: Shown = {
    warning: ({ text }) => console.error(`warning: ${text}`),
    listening: ({ node, port }) => display.line(`${node} listens on port ${port}`),
    waiting: ({ text }) => display.line(text),
    connected: ({ node, peers }) => display.line(`${node} is connected with ${peers.join(', ')}`),
    progress: ({ rows, done, of }) => display.aligning(rows, done, of),
  };
  (shown[event.kind as Kind] as (event: AlignmentEvent) => void)(event);
}

async function alignHere(given: string, folder: string): Promise<void> {
  const file = jobFileAt(given);
  const job = loadJob(file);
  alignmentOf(job);
  const { signal } = stopOnSignals();
  const display = new ProgressDisplay();
  const onProgress: AlignmentObserver['onProgress'] = (kind, done, of) => display.aligning(kind, done, of);
  const all = await alignLocally(job, configsOf(job, file, folder), { onProgress }, signal).finally(() =>
    display.stop(),
  );
  for (const [name, { outcome, files }] of all) {
    console.log(`${name}:`);
    for (const line of alignmentLines(outcome)) console.log(`  ${line}`);
    sayFiles(files);
  }
}

function sayFiles(files: readonly string[]): void {
  for (const file of files) console.log(`rows: ${relative('', file)}`);
}

/** Processes that spend from one ledger, mark what they have used, and are killed at random moments. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readLedger } from '../../src/job/node/ledger-folder.ts';
import { spendingsOf, standingsOf } from '../../src/privacy/ledger/budget.ts';
import type { Entry } from '../../src/privacy/ledger/ledger.ts';
import { createIdentity } from '../../src/transport/create-identity.ts';
import { saveIdentity } from '../../src/transport/identity.ts';

/** From the moment on when all have used something; an entry takes a few milliseconds. */
const MOST_MS = 100;

export interface Kills {
  readonly entries: readonly Entry[];
  /** Runs of which the ledger says that they were spent. */
  readonly charged: readonly string[];
  /** Runs that count against a limit. */
  readonly counted: readonly string[];
  /** Runs that took something. */
  readonly used: readonly string[];
}

/** Starts `count` spenders at once, kills each, and gives what the ledger has and what was used, of all calls so far. */
export async function killSpenders(folder: string, count: number): Promise<Kills> {
  const [ledger, identity, marks] = ['ledger', 'north', 'marks'].map((name) => join(folder, name));
  if (!existsSync(`${identity}.key`)) await saveIdentity(identity, await createIdentity({ name: 'north' }));
  const spenders = Array.from({ length: count }, () => {
    const args = ['test/job/spender.mjs', ledger, identity, marks];
    return spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  });
  const ends = spenders.map(killedAfter);
  const hasBegun = ({ pid, exitCode }: ChildProcess) =>
    exitCode !== null || linesOf(marks).some((run) => run.startsWith(`${pid}-`));
  while (!spenders.every(hasBegun)) await pause(5);
  const deaths = spenders.map(async (spender) => {
    await pause(randomInt(MOST_MS));
    spender.kill('SIGKILL');
  });
  await Promise.all([...deaths, ...ends]);
  const { entries } = readLedger(ledger);
  const standings = standingsOf(entries);
  const charged = entries.filter(({ number }) => standings.get(number) === 'spent');
  return {
    entries,
    charged: charged.flatMap(({ spending }) => spending?.run ?? []),
    counted: spendingsOf(entries).map(({ run }) => run),
    // A mark may be cut off too.
    used: linesOf(marks),
  };
}

const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

const linesOf = (file: string): string[] =>
  existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];

/** Rejects for a process that ended by itself. */
const killedAfter = (child: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    child.once('close', (status, signal) => {
      if (signal === 'SIGKILL') resolve();
      else reject(new Error(`a spender ended with status ${status}`));
    });
  });

import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { TrefoilError } from '../../src/errors.ts';
import { appendLine, readLedger } from '../../src/job/node/ledger-folder.ts';
import { PartyLedger } from '../../src/job/node/party-ledger.ts';
import { type LedgerRequest, spendingsOf, standingsOf } from '../../src/privacy/ledger/budget.ts';
import { lineAfter } from '../../src/privacy/ledger/ledger.ts';
import { createIdentity } from '../../src/transport/create-identity.ts';
import type { Identity } from '../../src/transport/identity.ts';
import { asks, epsilonOf, rowsOf, steps } from '../privacy/spendings.ts';
import { killSpenders } from './kill-spenders.ts';
import { canMount, fillUp, smallDisk } from './small-disk.ts';

let identity: Identity;
beforeAll(async () => {
  identity = await createIdentity({ name: 'north' });
});

function folderOf(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const A = rowsOf('a');
const DELTA = 1e-5;
/** Of 10 steps on the same rows. */
const limit = { epsilon: epsilonOf([steps(10)], DELTA, { records: 1, neighbours: 'add-or-remove' }), delta: DELTA };
const open = (folder: string, request: LedgerRequest, own = identity) =>
  new PartyLedger(
    { party: 'north', folder: join(folder, 'ledger'), limit, identity: own, epsilonOf, epochs: 1 },
    request,
  );

function refusal(action: () => unknown, code: string): string {
  try {
    action();
  } catch (error) {
    if (error instanceof TrefoilError && error.code === code) return error.message;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('a party’s ledger', () => {
  it('lets jobs spend until the limit is met exactly, then names what was spent and what would fit', () => {
    const folder = folderOf();
    for (const run of ['01', '02']) {
      const ledger = open(folder, asks([A], [steps(4)]));
      ledger.check();
      ledger.intend(run);
      const entry = readLedger(join(folder, 'ledger')).entries.at(-1);
      expect(entry).toMatchObject({ party: 'north', spending: { run }, stage: 'intent' });
      ledger.charge();
    }
    const message = refusal(() => open(folder, asks([A], [steps(3)])).check(), 'TREFOIL_PRIVACY');
    // √(3/2) = 1.225 times the noise makes the cost of three steps that of two, ε 0.689.
    expect(message).toMatch(
      /^the job 'a-job' would exceed the limit that north has set, ε 1\.5\d* at δ 0\.00001 for each data set; it would fit with ε 0\.68\d, which is 1\.23 times the noise:\n {2}- the data set \(train, 100 rows, SHA-256 a{12}…\): ε 1\.398 spent, ε 1\.64\d with this job$/,
    );
    const last = open(folder, asks([A], [steps(2)]));
    last.check();
    last.intend('03');
    last.charge();
    expect(refusal(() => open(folder, asks([A], [steps(1)])).check(), 'TREFOIL_PRIVACY')).toContain('no job on these');
    open(folder, asks([rowsOf('b')], [steps(10)])).check();
  });

  it('refuses a job without a guarantee, and writes nothing', () => {
    const folder = folderOf();
    const ledger = open(folder, asks([A], 'unbounded'));
    expect(refusal(() => ledger.check(), 'TREFOIL_PRIVACY')).toContain(
      'it gives no guarantee, so it spends without bound',
    );
    expect(refusal(() => ledger.intend('01'), 'TREFOIL_PRIVACY')).toContain('without bound');
    expect(existsSync(join(folder, 'ledger'))).toBe(false);
  });

  it('lets only one of two runs spend what both were told is left', () => {
    const folder = folderOf();
    const [first, second] = [open(folder, asks([A], [steps(6)])), open(folder, asks([A], [steps(6)]))];
    first.check();
    second.check();
    first.intend('01');
    expect(refusal(() => second.intend('02'), 'TREFOIL_PRIVACY')).toContain('would exceed');
    expect(readLedger(join(folder, 'ledger')).entries).toHaveLength(1);
  });

  it('counts what two runs intend at the same time, and what one does not release no more', () => {
    const folder = folderOf();
    const [first, second, third] = [4, 4, 4].map((count) => open(folder, asks([A], [steps(count)])));
    first.intend('01');
    second.intend('02');
    const message = refusal(() => third.intend('03'), 'TREFOIL_PRIVACY');
    expect(message).toContain('entries 1, 2 in it: a run under way, or one that was killed');
    first.void();
    expect(first.booked).toEqual({ entry: 1, standing: 'void' });
    third.intend('03');
    second.charge();
    third.charge();
    expect(refusal(() => open(folder, asks([A], [steps(4)])).check(), 'TREFOIL_PRIVACY')).not.toContain('in it');
    const { entries } = readLedger(join(folder, 'ledger'));
    expect(spendingsOf(entries).map(({ run }) => run)).toEqual(['02', '03']);
    expect([...standingsOf(entries).values()]).toEqual(['void', 'spent', 'spent']);
  });

  it('lets nothing out of a run whose entry is void, and voids nothing that was charged', () => {
    const folder = folderOf();
    const [run, killed] = [open(folder, asks([A], [steps(1)])), open(folder, asks([A], [steps(1)]))];
    run.void();
    expect(readLedger(join(folder, 'ledger')).entries).toEqual([]);
    run.intend('01');
    run.charge();
    run.charge();
    run.void();
    killed.intend('02');
    killed.void();
    expect(refusal(() => killed.charge(), 'TREFOIL_LEDGER')).toContain('is void already: the run may release nothing');
    expect([...standingsOf(readLedger(join(folder, 'ledger')).entries)]).toEqual([
      [1, 'spent'],
      [3, 'void'],
    ]);
  });

  it.each(['charge', 'void'] as const)(
    'takes up that its owner has made the entry void, where it ends by %s',
    (end) => {
      const folder = folderOf();
      const run = open(folder, asks([A], [steps(1)]));
      run.intend('01');
      const path = join(folder, 'ledger');
      const settles = { entry: 1, as: 'void' } as const;
      appendLine(path, 2, lineAfter(readLedger(path), { time: new Date(), party: 'north', settles }, identity));
      if (end === 'charge') expect(refusal(() => run.charge(), 'TREFOIL_LEDGER')).toContain('entry 1 of the ledger');
      run.void();
      expect(run.booked).toEqual({ entry: 1, standing: 'void' });
      expect(refusal(() => run.charge(), 'TREFOIL_LEDGER')).toContain('is void already: the run may release nothing');
      expect(readLedger(path).entries).toHaveLength(2);
    },
  );

  it.runIf(canMount)('lets nothing out of a run that a full disk keeps from charging', () => {
    const disk = smallDisk(128);
    const ledger = open(disk, asks([A], [steps(1)]));
    ledger.check();
    ledger.intend('01');
    fillUp(disk);
    expect(refusal(() => ledger.charge(), 'TREFOIL_LEDGER')).toMatch(
      /can not write to the ledger .*: no space is left on the disk; choose a folder on a local disk with privacy\.ledger/,
    );
    expect(refusal(() => ledger.void(), 'TREFOIL_LEDGER')).toContain('no space is left');
    expect(refusal(() => open(disk, asks([A], [steps(1)])).check(), 'TREFOIL_LEDGER')).toContain('are free');
    for (const name of readdirSync(disk)) if (name.startsWith('filling')) rmSync(join(disk, name));
    expect(readdirSync(join(disk, 'ledger'))).toEqual(['000001.json', 'head.json']);
    ledger.void();
    expect([...standingsOf(readLedger(join(disk, 'ledger')).entries).values()]).toEqual(['void']);
  });

  it('stops at a ledger that another key has signed', async () => {
    const folder = folderOf();
    open(folder, asks([A], [steps(1)]), await createIdentity({ name: 'north' })).intend('01');
    const message = refusal(() => open(folder, asks([A], [steps(1)])).check(), 'TREFOIL_LEDGER');
    expect(message).toContain('trefoil ledger --config FILE --take-over');
  });
});

describe('processes that are killed at random moments while they spend, several on one ledger', () => {
  // 100 of them are in ledger-kills.slow.test.ts.
  it('have recorded all that they used: 10 kills', async () => {
    const folder = folderOf();
    const { charged, used, counted, entries } = await killSpenders(folder, 5);
    const more = await killSpenders(folder, 5);
    for (const after of [{ charged, used, counted }, more]) {
      expect(after.used.length).toBeGreaterThan(0);
      expect(after.charged).toEqual(expect.arrayContaining([...after.used]));
      expect(after.counted).toEqual(expect.arrayContaining([...after.used]));
      expect(new Set(after.counted).size).toBe(after.counted.length);
    }
    expect(more.entries.slice(0, entries.length)).toEqual(entries);
  });
});

/** A party's ledger in whole runs: what is refused before anything is sent, what is written, and what `trefoil ledger` says of it. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commitmentsOf } from '../../src/data/source.ts';
import { loadJob } from '../../src/job/file/job-file.ts';
import { appendLine, readLedger } from '../../src/job/node/ledger-folder.ts';
import { epsilonOf } from '../../src/privacy/accounting/accountant.ts';
import { spendingsOf, standingsOf } from '../../src/privacy/ledger/budget.ts';
import { type DataSet, lineAfter, type Spending } from '../../src/privacy/ledger/ledger.ts';
import { createIdentity } from '../../src/transport/create-identity.ts';
import { saveIdentity } from '../../src/transport/identity.ts';
import { trefoil } from '../cli/program.ts';
import { asks, steps } from '../privacy/spendings.ts';
import { dataOf, type JobFile, type NodeName, PARTIES, Site, short } from './site.ts';

const LIMIT = { epsilon: 3, delta: 1e-5 };

/** Makes it private, with nothing but the model released. */
const privately =
  (epsilon: number) =>
  (job: JobFile): void => {
    const { data, reveal } = job as JobFile & { data: { standardise: string; clip?: number } };
    data.standardise = 'range';
    delete data.clip;
    Object.assign(job, {
      reveal: { model: reveal.model },
      privacy: { epsilon, delta: 1e-4, clip: 1, sampling: 'poisson' },
    });
    short(job);
  };

/** The training rows of north. */
async function northRows(): Promise<DataSet> {
  const { features, label } = loadJob('examples/breast-cancer-logistic.yaml').data;
  const columns = [...features.map(({ name }) => name), label];
  return { data: 'train', rows: 199, ...(await commitmentsOf(dataOf('north').data?.train ?? '', columns)) };
}

/** Writes what a job would, that takes `count` steps with ten times the noise of a record's part. */
function spend(site: Site, dataSet: DataSet, count: number): Spending {
  const folder = site.path('north', 'north.ledger');
  const chain = readLedger(folder);
  const [key, certificate] = ['key', 'crt'].map((end) => readFileSync(site.path('north', `north.${end}`), 'utf8'));
  const number = chain.entries.length + 1;
  const spending = { run: `${number}`.repeat(32), ...asks([dataSet], [steps(count)]) };
  const line = lineAfter(chain, { time: new Date(), party: 'north', spending }, { key, certificate });
  expect(appendLine(folder, number, line)).toBe(true);
  return spending;
}

const show = async (site: Site, ...args: readonly string[]) => {
  const program = trefoil('ledger', '--config', site.config('north'), ...args);
  const { status } = await program.ended;
  return { status, stdout: program.stdout, stderr: program.stderr };
};

describe('a run', () => {
  it('without a guarantee is refused by a party with a limit, before it listens or calls', async () => {
    const site = await Site.create();
    site.changeConfig('north', (config) => {
      config.privacy = { limit: LIMIT };
    });
    const north = site.start('north');
    expect(await north.ended).toMatchObject({ status: 1 });
    expect(north.stderr).toMatch(
      /^trefoil: the job 'breast-cancer-logistic' would exceed the limit that north has set, ε 3 at δ 0\.00001 .*: give it privacy:\n.*train, 199 rows/m,
    );
    expect(north.output).not.toContain('listens');
    expect(north.stderr).toContain('[TREFOIL_PRIVACY]');
    expect(existsSync(site.path('north', 'north.ledger'))).toBe(false);
  });

  it('is written by the parties whose configuration keeps a ledger, and by no other', async () => {
    const site = await Site.create();
    site.changeConfig('north', (config) => {
      config.privacy = { ledger: 'kept' };
      Object.assign(config.data ?? {}, { dataSet: 'cohort' });
    });
    const nodes = PARTIES.map((name) => site.start(name));
    for (const node of nodes) expect(await node.ended, node.output).toMatchObject({ status: 0 });
    const { entries } = readLedger(site.path('north', 'kept'));
    expect([...standingsOf(entries).values()]).toEqual(['spent']);
    expect(entries[0]).toMatchObject({
      party: 'north',
      spending: {
        job: { name: 'breast-cancer-logistic' },
        dataSets: [{ ...(await northRows()), name: 'cohort' }],
        events: 'unbounded',
      },
    });
    expect(existsSync(site.path('east', 'east.ledger'))).toBe(false);
    site.changeConfig('north', (config) => {
      config.privacy = { ledger: 'kept', limit: LIMIT };
    });
    const { status, stdout } = await show(site);
    expect(status).toBe(0);
    expect(stdout).toMatch(/cohort +1 +ε without bound +ε 0\n/);
  });

  it('with a guarantee is written by all parties, and the next one refused; the one that is named fits', async () => {
    const site = await Site.create(privately(3));
    site.changeConfig('north', (config) => {
      config.privacy = { limit: { epsilon: 3.2, delta: 1e-4 } };
    });
    const nodes = PARTIES.map((name) => site.start(name));
    for (const node of nodes) expect(await node.ended, node.output).toMatchObject({ status: 0 });
    const ledgers = PARTIES.map((name) => readLedger(site.path(name, `${name}.ledger`)).entries);
    const [north, east] = ledgers.map(([{ spending }]) => spending);
    expect(north).toMatchObject({ guarantee: { epsilon: 3, delta: 1e-4 }, events: [{ kind: 'sampled gaussian' }] });
    expect(north?.dataSets.map(({ data }) => data)).toEqual(['train']);
    expect(east?.dataSets.map(({ data }) => data)).toEqual(['train', 'test']);
    // The same run, job and releases at all three.
    for (const [{ spending }] of ledgers) expect({ ...spending, dataSets: [] }).toEqual({ ...north, dataSets: [] });

    const again = site.start('north');
    expect(await again.ended).toMatchObject({ status: 1 });
    const [, epsilon] = /it would fit with ε (\S+), which is \S+ times the noise/.exec(again.stderr) ?? [];
    expect(Number(epsilon), again.stderr).toBeGreaterThan(0.2);
    expect(Number(epsilon)).toBeLessThan(3);
    site.changeJob(privately(Number(epsilon)), 'north');
    const { status, stdout, stderr } = await show(site, '--job', site.path('north', 'job.yaml'));
    expect(status, stderr).toBe(0);
    expect(stdout).toContain(`the job 'breast-cancer-logistic' fits with ε ${epsilon} at δ 0.0001`);
  });

  it('that a party leaves while nothing can be opened yet costs the others nothing', async () => {
    const culprit = 'east';
    const site = await Site.create((job) => {
      privately(3)(job);
      // Steps on all rows, so that the first output, the alarm after many of them, is seconds away.
      Object.assign((job as JobFile & { privacy: object }).privacy, { sampling: 'full' });
      Object.assign(job.training, { epochs: 1000, batch: 455, learningRate: 0.0001 });
    });
    const nodes = new Map(PARTIES.map((name) => [name, site.start(name)]));
    const hasBegun = (name: NodeName) => existsSync(site.path(name, `${name}.ledger/head.json`));
    while (!PARTIES.every(hasBegun)) await new Promise((done) => setTimeout(done, 10));
    nodes.get(culprit)?.kill('SIGKILL');
    for (const name of PARTIES) {
      await nodes.get(name)?.ended;
      const { entries } = readLedger(site.path(name, `${name}.ledger`));
      // A node that is killed can not say any more how far it was.
      expect([...standingsOf(entries).values()], name).toEqual([name === culprit ? 'pending' : 'void']);
      expect(spendingsOf(entries), name).toHaveLength(name === culprit ? 1 : 0);
      if (name !== culprit) expect(nodes.get(name)?.stderr).toContain('so nothing was spent');
    }
    site.changeConfig(culprit, (config) => {
      config.privacy = { limit: { epsilon: 3.2, delta: 1e-4 } };
    });
    const again = site.start(culprit);
    expect(await again.ended).toMatchObject({ status: 1 });
    expect(again.stderr).toContain('entry 1 in it: a run under way, or one that was killed');
    const ledger = ['ledger', '--config', site.config(culprit)];
    const shown = trefoil(...ledger, '--void', '1');
    expect(await shown.ended, shown.output).toMatchObject({ status: 0 });
    expect(shown.stdout).toMatch(/void\n/);
    expect(shown.stdout).not.toContain('pending');
    const twice = trefoil(...ledger, '--void', '1');
    await twice.ended;
    expect(twice.stderr).toContain('is void: only a pending one can be made void');
  });

  it('that finds no peers has spent nothing', async () => {
    const site = await Site.create();
    site.changeConfig('north', (config) => {
      config.privacy = {};
      config.connectSeconds = 1;
    });
    const north = site.start('north');
    expect(await north.ended).toMatchObject({ status: 1 });
    expect(existsSync(site.path('north', 'north.ledger'))).toBe(false);
  });
});

describe('trefoil ledger', () => {
  it('shows what each data set has spent and what would fit', async () => {
    const site = await Site.create();
    site.changeConfig('north', (config) => {
      config.privacy = { limit: LIMIT };
    });
    const nothing = await show(site);
    expect(nothing).toMatchObject({ status: 0 });
    expect(nothing.stdout).toContain('limit for each data set: ε 3 at δ 0.00001');
    expect(nothing.stdout).toContain('nothing was spent yet: a job of ε 3 would fit');

    const rows = await northRows();
    spend(site, rows, 10);
    spend(site, rows, 20);
    spend(site, { data: 'train', rows: 5, name: 'pilot', commitment: '0'.repeat(64) }, 1);
    const { status, stdout } = await show(site);
    expect(status).toBe(0);
    expect(stdout).toContain('verified: 3 entries');
    const unit = { records: 1, neighbours: 'add-or-remove' } as const;
    const spent = Math.ceil(1000 * epsilonOf([steps(30)], LIMIT.delta, unit)) / 1000;
    const [, left] = new RegExp(`${rows.commitment.slice(0, 12)}… +2 +ε ${spent} +ε (\\S+)`).exec(stdout) ?? [];
    // Together they meet the limit, so that what is left is less than it, and more than the difference.
    expect(Number(left)).toBeGreaterThan(LIMIT.epsilon - spent);
    expect(Number(left)).toBeLessThan(LIMIT.epsilon);
    expect(stdout).toMatch(/pilot +1 /);
  });

  it('says whether a job fits, with the status of the run', async () => {
    const site = await Site.create();
    const job = site.path('north', 'job.yaml');
    expect((await show(site, '--job', job)).stdout).toContain('fits: no limit is set');
    site.changeConfig('north', (config) => {
      config.privacy = { limit: LIMIT };
    });
    const refused = await show(site, '--job', job);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('it gives no guarantee, so it spends without bound');
  });

  it('fails for a ledger that was altered, naming the entry', async () => {
    const site = await Site.create();
    const rows = await northRows();
    spend(site, rows, 10);
    spend(site, rows, 20);
    const file = join(site.path('north', 'north.ledger'), '000001.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"count":10', '"count":1'));
    const { status, stderr } = await show(site);
    expect(status).toBe(1);
    expect(stderr).toContain('north.ledger/000001.json was altered: its signature does not fit');
    expect(stderr).toContain('[TREFOIL_LEDGER]');
    rmSync(file);
    expect((await show(site)).stderr).toContain('000001.json is missing');
  });

  it('goes on with a new identity once it is told to', async () => {
    const site = await Site.create();
    spend(site, await northRows(), 10);
    await saveIdentity(site.path('north', 'north'), await createIdentity({ name: 'north' }));
    const refused = await show(site);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('take it over with: trefoil ledger --config FILE --take-over');
    const taken = await show(site, '--take-over');
    expect(taken.status).toBe(0);
    expect(taken.stdout).toMatch(/2 +\S+ \S+ +– taken over by a new key/);
    expect(await show(site)).toMatchObject({ status: 0 });
  });
});

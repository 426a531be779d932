/** What is wrong with a contribution is named before any peer is contacted. */
import { chmodSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TrefoilError } from '../../src/errors.ts';
import { checkContribution } from '../../src/job/contribution/check-contribution.ts';
import { contribute } from '../../src/job/contribution/contribute.ts';
import { openContributions } from '../../src/job/contribution/open-contributions.ts';
import { createSealingKey, saveSealingKey } from '../../src/job/contribution/sealing-key.ts';
import { agreementOf, withContributions } from '../../src/job/file/agreement.ts';
import type { JobDescription } from '../../src/job/file/job-description.ts';
import { parseJob } from '../../src/job/file/job-file.ts';
import { planJob } from '../../src/job/file/planned-job.ts';
import { writtenJob } from '../../src/job/file/written-job.ts';
import { ownerInputs } from '../../src/job/node/owner.ts';
import { readRecords } from '../../src/job/node/prepare.ts';
import { sharedInputs } from '../../src/runtime/contributed-shares.ts';
import { Comparison } from '../../src/transport/agreement-check.ts';
import { TRUST } from '../protocol/harness.ts';
import { CLINICS, dataOf, describedJob, Folder, inTrust, jobWith } from './clinics.ts';

const planned = planJob(jobWith());
const failure = async (run: Promise<unknown>): Promise<TrefoilError> => {
  const error = await run.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof TrefoilError) return error;
  throw new Error(`no failure of Trefoil: ${String(error)}`);
};

async function both(folder: Folder, job = planned) {
  for (const name of CLINICS) await contribute(job, folder.contributor(name), { data: dataOf(name) });
}

describe.each(TRUST)('in %s', (trust) => {
  it('shares add up to the records as they are encoded, and a dealer needs none', async () => {
    const folder = await Folder.create();
    const job = planJob(inTrust(trust));
    await both(folder, job);
    const { evaluators, dealer } = job.plan.roles;
    const opened = await Promise.all(evaluators.map((node) => openContributions(folder.given(node), job, false)));
    expect(await openContributions(folder.given(dealer), job, false)).toBeUndefined();
    for (const name of CLINICS) {
      const records = await readRecords({ node: name, data: dataOf(name) }, job.job, () => undefined);
      const numbers = ownerInputs(job.job, records);
      for (const input of sharedInputs(job.plan, name)) {
        // In two parts, since the plan asks for some rows at a time.
        const cut = Math.floor(input.rows / 3);
        for (const rows of [
          { first: 0, count: cut },
          { first: cut, count: input.rows - cut },
        ]) {
          const shares = opened.map((each) => {
            const bytes = each?.shares(name, input.name, rows) ?? new Uint8Array(0);
            return new BigUint64Array(bytes.slice().buffer);
          });
          const clear = numbers(input.name, new Map(), rows);
          const units = 2 ** input.fractionalBits;
          clear.forEach((value, i) => {
            const sum = BigInt.asIntN(
              64,
              shares.reduce((total, share) => total + share[i], 0n),
            );
            expect(Number(sum)).toBe(Math.round(value * units));
          });
        }
      }
    }
  });
});

describe('a contribution', () => {
  let folder: Folder;
  let whole: Buffer;
  const openWith = (file: string, node = 'east', job = planned) =>
    failure(openContributions(folder.given(node, { clinic: file }), job, false));

  beforeAll(async () => {
    folder = await Folder.make();
    await both(folder);
    whole = readFileSync(folder.at('clinic.contribution'));
  });
  afterAll(() => rmSync(folder.path, { recursive: true, force: true }));

  it('that was altered anywhere is refused, and says nothing of a row', () =>
    fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const bytes = Buffer.from(whole);
        bytes[at] ^= change;
        const { code, message } = await openWith(folder.write('altered.contribution', bytes));
        expect(code).toBe('TREFOIL_CONTRIBUTION');
        expect(message).toMatch(/of clinic (was altered|is cut short|is no contribution|is signed with another)/);
      }),
      { numRuns: 60 },
    ));

  it('that is cut short, or longer, is refused', async () => {
    const path = folder.write('short.contribution', whole);
    for (const length of [whole.length - 1, 5000, 100, 20, 3, 0]) {
      truncateSync(path, length);
      const { code, message } = await openWith(path);
      expect(code).toBe('TREFOIL_CONTRIBUTION');
      expect(message).toMatch(/is cut short|is no contribution/);
    }
    const longer = folder.write('longer.contribution', Buffer.concat([whole, Buffer.alloc(4)]));
    expect((await openWith(longer)).message).toMatch(/is cut short, or something was added to it/);
  });

  it('is of use for its job alone', async () => {
    const changed = planJob(jobWith({ training: { epochs: 21, batch: 140, learningRate: 2 } }));
    const renamed = planJob(jobWith({ name: 'other' }));
    const path = folder.at('clinic.contribution');
    expect((await openWith(path, 'east', changed)).message).toContain('another version of the job screening');
    expect((await openWith(path, 'east', renamed)).message).toContain('is for the job screening, and not for this one');
    expect((await openWith(folder.at('practice.contribution'))).message).toMatch(/signed with another certificate/);
  });

  it('of another contributor under the same certificate is told of', async () => {
    const { message } = await failure(
      contribute(
        planned,
        { ...folder.contributor('practice', 'posing'), identity: folder.at('clinic') },
        {
          data: dataOf('practice'),
        },
      ),
    );
    expect(message).toContain("is the certificate of 'clinic', not of 'practice'");
  });

  it('sealed for another key of the node is refused, with the fingerprint of the present one', async () => {
    const given = folder.given('east');
    await saveSealingKey(folder.at('renewed'), createSealingKey());
    const identity = { key: folder.at('renewed.key'), certificate: given.identity.certificate };
    const { message } = await failure(openContributions({ ...given, identity }, planned, false));
    expect(message).toMatch(/sealed for another key than that of east: send clinic the present \.seal\.pub/);
    // The share of south is sealed for south.
    const asSouth = { ...given, identity: { ...given.identity, key: folder.at('south.key') } };
    expect((await failure(openContributions(asSouth, planned, false))).message).toMatch(
      /another key than that of east/,
    );
  });

  it('needs a key that nobody else may read', async () => {
    const given = folder.given('east');
    const missing = { ...given, identity: { ...given.identity, key: folder.at('nobody.key') } };
    expect((await failure(openContributions(missing, planned, false))).message).toMatch(/does not exist.*--sealing/);
    if (process.platform === 'win32') return;
    await saveSealingKey(folder.at('open'), createSealingKey());
    chmodSync(folder.at('open.seal.key'), 0o644);
    const open = { ...given, identity: { ...given.identity, key: folder.at('open.key') } };
    const { message } = await failure(openContributions(open, planned, false));
    expect(message).toMatch(/open to others than its owner.*could open what contributors have sealed/);
  });

  it('is the same at all evaluators, and a dealer is not asked', async () => {
    const digests = (await openContributions(folder.given('east'), planned, false))?.digests;
    const agreement = agreementOf(planned.job, 'plan');
    const east = withContributions(agreement, planned.job, digests);
    const south = withContributions(agreement, planned.job, { ...digests, clinic: 'f'.repeat(64) });
    const dealer = withContributions(agreement, planned.job);
    const ends = [new Comparison('south', east, south.items), new Comparison('east', south, east.items)];
    expect(ends.map(({ isEqual }) => isEqual)).toEqual([false, false]);
    while (ends[0].isOpen) {
      const [mine, theirs] = ends.map((end) => end.next());
      ends[0].accept(theirs);
      ends[1].accept(mine);
    }
    expect(ends[0].error().problems).toEqual(['contribution of clinic: not the same here and at south']);
    expect(new Comparison('north', east, dealer.items).isEqual).toBe(true);
    expect(new Comparison('east', dealer, east.items).isEqual).toBe(true);
  });

  it('is not written over an earlier one, and not where records do not fit', async () => {
    const again = await failure(contribute(planned, folder.contributor('clinic'), { data: dataOf('clinic') }));
    expect(again.message).toContain('is there already');
    const [first, ...others] = dataOf('clinic').train;
    const wrong = { ...dataOf('clinic'), train: [{ ...first, smoker: 'perhaps' }, ...others] };
    const { code, problems } = await failure(
      contribute(planned, folder.contributor('clinic', 'wrong.contribution'), { data: wrong }),
    );
    expect(code).toBe('TREFOIL_DATA');
    expect(problems.join()).toContain('smoker');
    expect(() => readFileSync(folder.at('wrong.contribution'))).toThrow('ENOENT');
    const few = { ...dataOf('clinic'), train: others };
    const less = await failure(contribute(planned, folder.contributor('clinic', 'few'), { data: few }));
    expect(less.message).toContain('rows: 32, but the job says 33');
  });

  it('is checked at home as a node’s records are', async () => {
    const rows = ['age,pressure,smoker,ill', ...dataOf('practice').train.map((row) => (row as { age: number }).age)];
    const file = folder.write('practice.csv', `${rows.slice(0, 1).join('\n')}\n50,100,yes,0\n`);
    const description = { ...folder.contributor('practice'), data: { train: file } };
    const [findings] = await checkContribution(planned.job, description);
    expect(findings).toMatchObject({ kind: 'train', rows: 1, expected: 17 });
    expect(findings.problems.join()).toMatch(/17/);
  });

  it('needs the keys of all evaluators, and a name that the job knows', async () => {
    const { nodes, ...own } = folder.contributor('clinic');
    const without = await failure(contribute(planned, own, { data: dataOf('clinic') }));
    expect(without.problems).toEqual([
      expect.stringContaining('nodes.east is missing'),
      expect.stringContaining('nodes.south is missing'),
    ]);
    const unknown = await failure(contribute(planned, { ...own, contributor: 'clinc' }, { data: dataOf('clinic') }));
    expect(unknown.message).toContain("did you mean 'clinic'?");
    const noKey = { ...own, nodes: { ...nodes, east: folder.at('clinic.crt'), south: folder.at('south.seal.key') } };
    const { problems } = await failure(
      contribute(planned, { ...noKey, output: folder.at('x') }, { data: dataOf('clinic') }),
    );
    expect(problems).toHaveLength(2);
  });
});

describe('with privacy', () => {
  const job = planJob(
    jobWith({
      training: { epochs: 5, batch: 140, learningRate: 1 },
      privacy: { epsilon: 8, delta: 1e-4, clip: 1, sampling: 'full' },
      reveal: { model: ['north'] },
    }),
  );

  it('a contribution serves one run, and the ledger of the contributor says so', async () => {
    const folder = await Folder.create();
    const privacy = { ledger: folder.at('ledger'), limit: { epsilon: 10, delta: 1e-3 } };
    const own = { ...folder.contributor('clinic'), privacy };
    const file = folder.write('clinic.csv', csvOf('clinic', 'train'));
    const test = folder.write('clinic-test.csv', csvOf('clinic', 'test'));
    const data = { train: file, test, dataSet: 'cohort' };
    await contribute(job, { ...own, data });
    const practice = { ...folder.contributor('practice'), privacy: { ledger: folder.at('other ledger') } };
    await contribute(job, practice, { data: dataOf('practice') });
    // The limit has no room for another.
    const second = await failure(contribute(job, { ...own, data, output: folder.at('second') }));
    expect(second.code).toBe('TREFOIL_PRIVACY');
    const opened = await openContributions(folder.given('east'), job, false);
    opened?.spend();
    opened?.spend();
    const again = await failure(openContributions(folder.given('east'), job, false));
    expect(again.message).toMatch(/of clinic has served a run already \(20/);
    const other = await openContributions(folder.given('east'), job, true);
    expect(other?.digests).toEqual(opened?.digests);
  });
});

function csvOf(owner: string, kind: 'train' | 'test'): string {
  const rows = dataOf(owner)[kind] ?? [];
  const [head] = rows;
  const cells = rows.map((row) =>
    Object.values(row).map((value) => (typeof value === 'boolean' ? Number(value) : value)),
  );
  return `${[Object.keys(head), ...cells].map((line) => line.join(',')).join('\n')}\n`;
}

describe('a job with contributors', () => {
  const refused = (change: Partial<JobDescription>) => {
    try {
      jobWith(change);
    } catch (error) {
      if (error instanceof TrefoilError) return error.problems;
    }
    return [];
  };
  const training = { epochs: 2, batch: 20, learningRate: 1 };

  it('is refused by name where something depends on what the run opens', () => {
    const everybody = ['north', 'east', 'south'];
    const { data } = describedJob();
    expect(
      refused({ data: { ...data, standardise: 'moments' }, reveal: { moments: everybody, model: everybody } }),
    ).toEqual([expect.stringContaining('data.standardise must be range or range-to-unit with contributors')]);
    const features = { age: { range: [0, 120], missing: 'median' }, pressure: [60, 240] } as const;
    expect(
      refused({
        data: { ...data, features },
        reveal: { fills: everybody, model: everybody },
      } as Partial<JobDescription>),
    ).toEqual([expect.stringContaining('data.features.age.missing must not be median with contributors')]);
    expect(
      refused({
        training: { ...training, classWeights: 'balanced' },
        reveal: { classCounts: everybody, model: everybody },
      }),
    ).toEqual([expect.stringContaining('training.classWeights must be a weight for each class with contributors')]);
    expect(
      refused({ privacy: { epsilon: 8, delta: 1e-4, clip: 1, sampling: 'poisson' }, reveal: { model: ['north'] } }),
    ).toEqual([expect.stringContaining('privacy.sampling must be full or public with contributors')]);
  });

  it('has rows held out of the one table of each owner', () => {
    const { parties, contributors = [], data } = describedJob();
    const whole = <T extends object>(owner: T) => ({ ...owner, test: 0 });
    const job = jobWith({
      parties: parties.map(whole) as unknown as typeof parties,
      contributors: contributors.map(whole),
      data: { ...data, leastRows: 2, heldOut: { test: 0.3, seed: 7 } },
      training: { epochs: 2, batch: 20, learningRate: 1 },
    });
    expect(job.contributors).toEqual([
      { name: 'clinic', train: 23, test: 10, validation: 0 },
      { name: 'practice', train: 12, test: 5, validation: 0 },
    ]);
    expect(parseJob(JSON.stringify(writtenJob(job)), 'the job')).toEqual(job);
  });

  it('has contributors with names of their own, and rows enough', () => {
    const folds = {
      training: { ...training, folds: 4 },
      reveal: { metrics: { accuracy: ['north'] }, folds: ['north'] },
    };
    expect(refused(folds).join()).toContain('contributors[0].test must be 0 with training.folds');
    expect(refused(folds).join()).toContain('4 rows of practice');
    expect(refused({ contributors: [{ name: 'north', train: 50 }] })[0]).toContain("must not be 'north' again");
    expect(refused({ contributors: [{ name: 'dealer', train: 50 }] })[0]).toContain('which is reserved');
    expect(refused({ contributors: [{ name: 'clinic' }] }).join()).toContain('must have rows');
    expect(refused({ contributors: [{ name: 'clinic', train: 3 }] }).join()).toMatch(/contributors\[0\]\.train is 3/);
    expect(refused({ contributors: [{ name: 'clinic', train: 50, validation: 20 }] }).join()).toContain(
      'earlyStopping',
    );
  });
});

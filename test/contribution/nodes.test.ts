/** Contributions in a run of three nodes over TLS, each with files of its own. */

import { rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TrefoilError } from '../../src/errors.ts';
import { contribute } from '../../src/job/contribution/contribute.ts';
import { writtenJob } from '../../src/job/file/written-job.ts';
import type { NodeDescription } from '../../src/job/node/node-config.ts';
import { type NodeOutcome, runNode } from '../../src/job/node/run-node.ts';
import { CLINICS, dataOf, Folder, jobWith, PARTIES } from './clinics.ts';

let folder: Folder;
const job = jobWith({ training: { epochs: 2, batch: 35, learningRate: 1 } });

beforeAll(async () => {
  folder = await Folder.make();
  writeFileSync(folder.at('job.json'), JSON.stringify(writtenJob(job)));
  for (const name of CLINICS) await contribute(job, folder.contributor(name), { data: dataOf(name) });
});
afterAll(() => rmSync(folder.path, { recursive: true, force: true }));

const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, 'localhost', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });

/** Every node of a run, with the contributions that it is configured with. */
async function run(filesOf: (node: string) => Record<string, string> = () => ({}), connectSeconds = 20) {
  const ports = await Promise.all(PARTIES.map(freePort));
  const addressOf = (name: (typeof PARTIES)[number]) => `localhost:${ports[PARTIES.indexOf(name)]}`;
  return Promise.allSettled(
    PARTIES.map((node): Promise<NodeOutcome> => {
      const others = PARTIES.filter((name) => name !== node);
      const { contributions } = folder.given(node, filesOf(node));
      const config: NodeDescription = {
        node,
        job: folder.at('job.json'),
        listen: addressOf(node),
        identity: folder.at(node),
        peers: Object.fromEntries(
          others.map((name) => [name, { address: addressOf(name), certificate: folder.at(`${name}.crt`) }]),
        ),
        ...(node === 'north' ? {} : { contributions }),
        output: folder.at(`out-${node}`),
        connectSeconds,
        threads: 1,
      };
      return runNode(config, { job, data: dataOf(node) }).result;
    }),
  );
}

it('all nodes train, and report who contributed', async () => {
  for (const outcome of await run()) {
    if (outcome.status === 'rejected') throw outcome.reason;
    const { report, model } = outcome.value;
    expect(model).toBeDefined();
    expect(report.contributors?.map(({ name, train }) => [name, train])).toEqual([
      ['clinic', 33],
      ['practice', 17],
    ]);
  }
});

it('nodes that hold other contributions do not run, and name whose', async () => {
  const other = folder.at('other.contribution');
  await contribute(job, folder.contributor('clinic', 'other.contribution'), { data: dataOf('clinic') });
  const outcomes = await run((node) => (node === 'south' ? { clinic: other } : {}));
  const failures = outcomes.map((outcome) =>
    outcome.status === 'rejected' ? (outcome.reason as TrefoilError) : undefined,
  );
  expect(failures.every((failure) => failure instanceof TrefoilError)).toBe(true);
  const [, east, south] = failures;
  expect(`${east?.message}${south?.message}`).toContain('contribution of clinic: not the same here and at');
});

it('a node without a contribution, or without the right one, says so before it meets anybody', async () => {
  const [north, east, south] = await run((node) => (node === 'south' ? { clinic: folder.at('nothing') } : {}), 3);
  const reason = (outcome: typeof south) =>
    outcome.status === 'rejected' ? (outcome.reason as TrefoilError) : undefined;
  expect(reason(south)?.code).toBe('TREFOIL_CONTRIBUTION');
  expect(reason(south)?.message).toContain('can not be read: there is no such file');
  for (const other of [north, east]) expect(reason(other)?.message).not.toContain('clinic');
});

/** An institution that runs no node gives its records to a job, in a file that each evaluator can open its own part of. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contribute, createIdentity, createSealingKey, jobFrom, saveIdentity, saveSealingKey } from 'trefoil-mpc';
import { description, records } from './screening.ts';

const folder = await mkdtemp(join(tmpdir(), 'trefoil-example-'));
try {
  const [clinic, east, south] = ['clinic', 'east', 'south'].map((name) => join(folder, name));
  await saveIdentity(clinic, await createIdentity({ name: 'clinic' }));
  // The evaluators make these, and send the clinic the public half.
  for (const node of [east, south]) await saveSealingKey(node, createSealingKey());

  const job = jobFrom({ ...description, contributors: [{ name: 'clinic', train: 60 }] });
  const config = {
    contributor: 'clinic',
    identity: clinic,
    nodes: { east: `${east}.seal.pub`, south: `${south}.seal.pub` },
    data: {},
    output: `${clinic}.contribution`,
  };
  const { rows, nodes } = await contribute(job, config, { data: { train: records(5) } });
  console.log(`${rows.train} rows, sealed for ${nodes.join(' and ')}`);
} finally {
  await rm(folder, { recursive: true });
}

/** A job to which two institutions contribute that run no node, with made-up records and the folders of everybody. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Row } from '../../src/data/rows.ts';
import type { ContributorDescription } from '../../src/job/contribution/contributor-config.ts';
import { createSealingKey, publicFile, saveSealingKey } from '../../src/job/contribution/sealing-key.ts';
import type { Job } from '../../src/job/file/job.ts';
import type { JobDescription } from '../../src/job/file/job-description.ts';
import { jobFrom } from '../../src/job/file/job-file.ts';
import { createIdentity } from '../../src/transport/create-identity.ts';
import { type Identity, saveIdentity } from '../../src/transport/identity.ts';
import type { TrustMode } from '../../src/trust/modes.ts';

export const PARTIES = ['north', 'east', 'south'] as const;
export const CLINICS = ['clinic', 'practice'] as const;
const OWNERS: readonly string[] = [...PARTIES, ...CLINICS];

const COUNTS = {
  north: { train: 40, test: 0 },
  east: { train: 30, test: 20 },
  south: { train: 20, test: 20 },
  clinic: { train: 33, test: 11 },
  practice: { train: 17, test: 0 },
};
type Owner = keyof typeof COUNTS;

export const describedJob = (change: Partial<JobDescription> = {}): JobDescription => {
  const of = (name: Owner) => ({ name, ...COUNTS[name] });
  return {
    trefoil: 1,
    name: 'screening',
    trust: 'honest-majority',
    parties: [of('north'), of('east'), of('south')],
    contributors: [of('clinic'), of('practice')],
    data: {
      label: 'ill',
      standardise: 'range',
      features: { age: [0, 120], pressure: { range: [60, 240], unit: 'mmHg' }, smoker: { yesNo: true } },
    },
    model: { type: 'logistic' },
    training: { epochs: 20, batch: 140, learningRate: 2 },
    reveal: { trainingLoss: PARTIES.slice(), metrics: { accuracy: PARTIES.slice() }, model: PARTIES.slice() },
    ...change,
  };
};

export const jobWith = (change: Partial<JobDescription> = {}): Job => jobFrom(describedJob(change));
export const inTrust = (trust: TrustMode): Job => jobWith({ trust });

/** Rows of an owner, of which each owner has others. */
export function rowsOf(owner: string, kind: 'train' | 'test'): Row[] {
  const salt = OWNERS.indexOf(owner) + (kind === 'test' ? 10 : 0);
  return Array.from({ length: COUNTS[owner as Owner][kind] }, (_, i) => {
    const [age, pressure] = [(37 * i + 11 * salt) % 120, 60 + ((53 * i + 29 * salt) % 180)];
    const smoker = (i + salt) % 3 === 0;
    return {
      age,
      pressure,
      smoker: smoker ? 'yes' : 'no',
      ill: age / 120 + (pressure - 60) / 180 + Number(smoker) / 4 > 1.1,
    };
  });
}

export const dataOf = (owner: string) => {
  const test = COUNTS[owner as Owner].test > 0 ? { test: rowsOf(owner, 'test') } : {};
  return { train: rowsOf(owner, 'train'), ...test };
};

/** A folder with an identity for everybody and a key for contributions for each party. */
export class Folder {
  readonly path = mkdtempSync(join(tmpdir(), 'clinics-'));
  readonly identities = new Map<string, Identity>();

  /** For one test. */
  static async create(): Promise<Folder> {
    const folder = await Folder.make();
    onTestFinished(() => rmSync(folder.path, { recursive: true, force: true }));
    return folder;
  }

  static async make(): Promise<Folder> {
    const folder = new Folder();
    for (const name of [...OWNERS, 'dealer']) {
      const identity = await createIdentity({ name });
      folder.identities.set(name, identity);
      await saveIdentity(folder.at(name), identity);
    }
    for (const name of PARTIES) await saveSealingKey(folder.at(name), createSealingKey());
    return folder;
  }

  at(name: string): string {
    return join(this.path, name);
  }

  contributor(name: string, output = `${name}.contribution`): ContributorDescription {
    return {
      contributor: name,
      identity: this.at(name),
      nodes: Object.fromEntries(PARTIES.map((party) => [party, publicFile(this.at(party))])),
      data: {},
      output: this.at(output),
    };
  }

  /** What an evaluator is configured with. */
  given(node: string, files: Readonly<Record<string, string>> = {}) {
    return {
      node,
      identity: { key: this.at(`${node}.key`), certificate: this.at(`${node}.crt`) },
      contributions: Object.fromEntries(
        CLINICS.map((name) => [
          name,
          { file: files[name] ?? this.at(`${name}.contribution`), certificate: this.at(`${name}.crt`) },
        ]),
      ),
    };
  }

  write(name: string, content: string | Uint8Array): string {
    writeFileSync(this.at(name), content);
    return this.at(name);
  }
}

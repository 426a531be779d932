/**
 * The folder of a rehearsal on one machine: an identity and a configuration for each node, for this run alone.
 * @module
 */

import { rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { TrefoilError } from '../../errors.ts';
import { unwritable } from '../../file-problem.ts';
import { createIdentity } from '../../transport/create-identity.ts';
import { saveIdentity } from '../../transport/identity.ts';
import { DEALER } from '../../trust/modes.ts';
import type { Job, NodeConfig } from '../file/job.ts';
import { writtenJob } from '../file/written-job.ts';
import type { Rehearsed } from './rehearsed.ts';
import type { RehearsedContributions } from './rehearsed-contributions.ts';
import { TEMPORARY_REMEDY, temporaryFolder } from './temporary-folder.ts';

/** Longer than the warning of an ending certificate reaches. */
const IDENTITY_DAYS = 60;
const CONNECT_SECONDS = 30;

export class RehearsalFolder {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * `job`: the path of its file, or a job that is written into the folder. `nodes`: by name in the order of the job, the dealer first. `seal` puts
   * what contributors give into the folder.
   */
  static async create(
    job: string | Job,
    nodes: ReadonlyMap<string, Rehearsed>,
    seal: (folder: string) => Promise<Pick<RehearsedContributions, 'contributions'>> = async () => ({
      contributions: {},
    }),
  ): Promise<RehearsalFolder> {
    const rehearsal = new RehearsalFolder(await temporaryFolder('trefoil-'));
    try {
      const { contributions } = await seal(rehearsal.#folder);
      const jobFile = typeof job === 'string' ? job : join(rehearsal.#folder, 'job.json');
      if (typeof job !== 'string') await writeFile(jobFile, JSON.stringify(writtenJob(job)));
      for (const [name, config] of nodes)
        await rehearsal.#add(name, { ...config, contributions }, jobFile, [...nodes.keys()]);
    } catch (error) {
      await rehearsal.remove();
      // What is wrong with records or a ledger, which no file of this folder is to blame for.
      if (error instanceof TrefoilError && error.cause === undefined) throw error;
      const reason = error instanceof TrefoilError ? error.cause : error;
      throw unwritable('TREFOIL_OUTPUT', 'temporary folder', rehearsal.#folder, reason, TEMPORARY_REMEDY);
    }
    return rehearsal;
  }

  configOf(name: string): string {
    return join(this.#folder, `${name}.yaml`);
  }

  /** The nodes need it until they are prepared. */
  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #add(
    name: string,
    node: Rehearsed & Pick<NodeConfig, 'contributions'>,
    jobFile: string,
    names: readonly string[],
  ): Promise<void> {
    const { data, table, dataSet, keys, contributions, output, privacy } = node;
    const { isStated, ...stated } = privacy;
    await saveIdentity(join(this.#folder, name), await createIdentity({ name, days: IDENTITY_DAYS }));
    const others = names.filter((other) => other !== name);
    const config = {
      node: name,
      job: jobFile,
      listen: 'localhost:0',
      identity: name,
      // The real addresses are known once the nodes listen.
      peers: Object.fromEntries(others.map((peer) => [peer, { address: 'localhost:1', certificate: `${peer}.crt` }])),
      ...(name === DEALER ? {} : { data: { ...data, ...table, ...(dataSet === undefined ? {} : { dataSet }) } }),
      ...(keys === undefined ? {} : { keys }),
      contributions,
      // What is released is spent, wherever the nodes ran; the throw-away identity can not sign for the party.
      ...(isStated ? { privacy: stated } : {}),
      output,
      connectSeconds: CONNECT_SECONDS,
      // All nodes share this machine.
      threads: Math.max(1, Math.floor(availableParallelism() / names.length)),
    };
    await writeFile(this.configOf(name), JSON.stringify(config));
  }
}

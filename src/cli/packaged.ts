/**
 * The examples that come with the package: whoever has installed it can run them from any folder.
 * @module
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { Job, NodeConfig } from '../job/file/job.ts';
import { loadConfigs } from '../job/rehearsal/local-configs.ts';
import { loadContributors, type RehearsedContributors } from '../job/rehearsal/rehearsed-contributions.ts';

const root = () => dirname(createRequire(import.meta.url).resolve('trefoil-mpc/package.json'));

/** Where the configurations of nodes are, unless the user names a folder. */
export const CONFIGS = 'parties';

/** The file itself, or the example of that name in the package where the present folder has none. */
export function jobFileAt(file: string): string {
  const packaged = join(root(), file);
  return !existsSync(file) && relative('', file).startsWith(`examples${sep}`) && existsSync(packaged) ? packaged : file;
}

/** Whether the configurations of a job come with the package. */
const isPackaged = (jobFile: string, folder: string): boolean =>
  resolve(jobFile).startsWith(join(root(), 'examples') + sep) && folder === CONFIGS && !existsSync(folder);

/** The configurations of a job's contributors, from the same folder as those of its nodes. */
export const contributorsOf = (job: Job, jobFile: string, folder: string): RehearsedContributors =>
  loadContributors(job, isPackaged(jobFile, folder) ? join(root(), CONFIGS) : folder);

/**
 * The configurations of a job's nodes. Of an example of the package they come with the package, unless the user names another folder or the
 * present one has them; results then go into the folder out.
 */
export function configsOf(job: Job, jobFile: string, folder: string): ReadonlyMap<string, NodeConfig> {
  if (!isPackaged(jobFile, folder)) return loadConfigs(job, folder);
  const configs = loadConfigs(job, join(root(), CONFIGS));
  return new Map([...configs].map(([name, config]) => [name, { ...config, output: [resolve('out', name)] }]));
}

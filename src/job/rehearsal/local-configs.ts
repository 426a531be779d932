/**
 * The configurations of all nodes of a job, for what runs on one machine.
 * @module
 */
import { join } from 'node:path';
import { TrefoilError } from '../../errors.ts';
import { isThere } from '../../file-problem.ts';
import { type Job, type NodeConfig, nodesOf } from '../file/job.ts';
import { dataProblems, loadNodeConfig } from '../node/node-config.ts';

/** By node, the dealer first; throws `TREFOIL_CONFIG`. */
export function loadConfigs(job: Job, folder: string): Map<string, NodeConfig> {
  const files = nodesOf(job).map((name) => [name, join(folder, `${name}.yaml`)] as const);
  const problems = files
    .filter(([, file]) => isMissing(file))
    .map(([name, file]) => `${file} is missing: the configuration of ${name}`);
  if (problems.length > 0) {
    throw new TrefoilError(
      'TREFOIL_CONFIG',
      'a local run takes each node’s data from its configuration; name their folder with --configs:',
      { problems },
    );
  }
  const configs = new Map(files.map(([name, file]) => [name, loadNodeConfig(file, job.name)]));
  // The nodes read copies of these files, whose names would say nothing.
  const unfit = [...configs].flatMap(([name, config]) =>
    (config.node === name
      ? dataProblems(config, name, job)
      : [`it says node: ${config.node}; the file named after ${name} must say node: ${name}`]
    ).map((problem) => `${config.file}: ${problem}`),
  );
  if (unfit.length > 0) {
    throw new TrefoilError('TREFOIL_CONFIG', 'the configurations do not fit the job:', { problems: unfit });
  }
  return configs;
}

/** A file that can not be looked at is not missing: reading it says why. */
function isMissing(file: string): boolean {
  try {
    return !isThere(file);
  } catch {
    return false;
  }
}

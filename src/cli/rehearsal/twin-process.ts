/**
 * Training in the clear reads all records, which no node may: it has a process of its own.
 * @module
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { TrefoilError } from '../../errors.ts';
import { DEALER, type Job, type NodeConfig } from '../../job/file/job.ts';
import type { Twins } from '../../job/rehearsal/twin.ts';
import { stopped } from '../stop.ts';
import { type FromTwin, failureOf } from './node-messages.ts';

const PROGRAM = fileURLToPath(new URL('../../../parties/twin.js', import.meta.url));

export async function runTwinProcess(
  jobFile: string,
  job: Job,
  configs: ReadonlyMap<string, NodeConfig>,
  publicSeed: string,
  stop: AbortSignal,
): Promise<Twins> {
  const files = [...configs].flatMap(([name, { file }]) => (name === DEALER ? [] : [file]));
  const child = fork(PROGRAM, [jobFile, job.trust, publicSeed, ...files], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    serialization: 'advanced',
  });
  const twins = new Promise<Twins>((resolve, reject) => {
    child.once('message', (message: FromTwin) => {
      if (message.kind === 'twins') resolve(message.twins);
      else reject(failureOf(message));
    });
    child.once('exit', (status, signal) => {
      const end = signal === null ? `ended with status ${status}` : `was killed by ${signal}`;
      reject(new TrefoilError('TREFOIL_INTERNAL', `the process that trains in the clear ${end}`));
    });
  });
  try {
    return await Promise.race([twins, stopped(stop)]);
  } finally {
    child.kill('SIGKILL');
  }
}

/**
 * Training in the clear reads all records, which no node may: it has a process of its own.
 * @module
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { TrefoilError } from '../../errors.ts';
import { stopped } from '../../stopping.ts';
import { type FromTwin, failureOf, type ToTwin } from './node-messages.ts';
import type { Twins } from './twin.ts';

const PROGRAM = fileURLToPath(new URL('../../../parties/twin.js', import.meta.url));

/** Trains in the clear on files. */
export async function runTwinProcess(task: ToTwin, stop: AbortSignal): Promise<Twins> {
  const child = fork(PROGRAM, [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], serialization: 'advanced' });
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
  // What it says of its end reaches whoever waits for it.
  child.send(task, () => undefined);
  try {
    return await Promise.race([twins, stopped(stop)]);
  } finally {
    child.kill('SIGKILL');
  }
}

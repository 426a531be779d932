/** A file system of a few KiB, where this user may mount one: tests of full and read-only disks need a real one. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

const run = (...command: readonly string[]): boolean => {
  try {
    execFileSync(command[0], command.slice(1), { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

function mounted(folder: string, options: string): boolean {
  return process.platform === 'linux' && run('mount', '-t', 'tmpfs', '-o', options, 'tmpfs', folder);
}

/** True: `smallDisk` works here. */
export const canMount = ((): boolean => {
  const folder = mkdtempSync(join(tmpdir(), 'disk-'));
  const isMounted = mounted(folder, 'size=64k');
  if (isMounted) run('umount', folder);
  rmSync(folder, { recursive: true, force: true });
  return isMounted;
})();

/** The folder where it is mounted, until the test is over. */
export function smallDisk(kibibytes: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'disk-'));
  onTestFinished(() => {
    run('umount', folder);
    rmSync(folder, { recursive: true, force: true });
  });
  if (!mounted(folder, `size=${kibibytes}k`)) throw new Error('this user may not mount a file system');
  return folder;
}

export function makeReadOnly(folder: string): void {
  if (!run('mount', '-o', 'remount,ro', folder)) throw new Error(`${folder} can not be made read-only`);
}

/** Writes files until nothing more has room. */
export function fillUp(folder: string): void {
  for (let size = 2 ** 20, n = 0; size > 0; n++) {
    try {
      writeFileSync(join(folder, `filling-${n}`), Buffer.alloc(size));
    } catch {
      size = Math.floor(size / 2);
    }
  }
}

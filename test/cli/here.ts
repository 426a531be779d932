/** The command in this process: what it says and its status, without the second that a program takes to start. */
import { vi } from 'vitest';
import { run } from '../../src/cli/failure.ts';
import { program } from '../../src/cli/program.ts';

export interface Said {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Not for `party`, which ends its process. */
export async function trefoilHere(...args: readonly string[]): Promise<Said> {
  const { argv, exitCode } = process;
  const listeners = process.stdout.listeners('error');
  const said = { stdout: '', stderr: '' };
  const writing = (stream: 'stdout' | 'stderr') => (text: unknown) => {
    said[stream] += text;
    return true;
  };
  const printing = (stream: 'stdout' | 'stderr') => (line: unknown) => {
    said[stream] += `${line}\n`;
  };
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(writing('stdout')),
    vi.spyOn(process.stderr, 'write').mockImplementation(writing('stderr')),
    vi.spyOn(console, 'log').mockImplementation(printing('stdout')),
    vi.spyOn(console, 'error').mockImplementation(printing('stderr')),
  ];
  try {
    process.argv = [argv[0], 'trefoil', ...args];
    process.exitCode = undefined;
    await run(program);
    return { ...said, status: Number(process.exitCode ?? 0) };
  } finally {
    for (const spy of spies) spy.mockRestore();
    for (const each of process.stdout.listeners('error')) {
      if (!listeners.includes(each)) process.stdout.off('error', each as (error: Error) => void);
    }
    process.argv = argv;
    process.exitCode = exitCode;
  }
}

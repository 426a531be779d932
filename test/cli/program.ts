/** The built programs as real processes, and everything that they print. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { onTestFinished } from 'vitest';

export interface End {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  /** From its start. */
  readonly seconds: number;
}

export class Program {
  readonly ended: Promise<End>;
  stdout = '';
  stderr = '';
  readonly #child: ChildProcess;
  #isOver = false;

  constructor(script: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
    const start = performance.now();
    this.#child = spawn(process.execPath, [resolve(script), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...environment },
      // A group of its own, as a terminal would give it.
      detached: true,
    });
    this.#child.stdout?.on('data', (data: Buffer) => {
      this.stdout += data;
    });
    this.#child.stderr?.on('data', (data: Buffer) => {
      this.stderr += data;
    });
    this.ended = new Promise((done) => {
      this.#child.once('close', (status, signal) => {
        this.#isOver = true;
        done({ status, signal, seconds: (performance.now() - start) / 1000 });
      });
    });
    onTestFinished(() => this.killGroup('SIGKILL'));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get output(): string {
    return this.stdout + this.stderr;
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** What Ctrl-C does: the signal goes to the process and to all that it started. */
  killGroup(signal: NodeJS.Signals): void {
    try {
      process.kill(-this.pid, signal);
    } catch {
      // Nobody is left.
    }
  }

  /** Waits for something that it prints. */
  async until(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.output)) {
      if (this.#isOver) throw new Error(`ended before it printed ${pattern}:\n${this.output}`);
      await new Promise((done) => setTimeout(done, 20));
    }
  }
}

export const trefoil = (...args: readonly string[]): Program => new Program('dist/src/cli/main.js', args);

/** Processes by the process that started them, now. */
export function childrenOf(pid: number): number[] {
  const pairs = existsSync('/proc/self/stat')
    ? readdirSync('/proc')
        .filter((name) => /^\d+$/.test(name))
        .flatMap((name) => {
          try {
            // The command's name, in brackets, may hold anything.
            const [, parent] = readFileSync(`/proc/${name}/stat`, 'utf8')
              .replace(/^.*\) /s, '')
              .split(' ');
            return [[Number(name), Number(parent)]];
          } catch {
            return [];
          }
        })
    : execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
        .trim()
        .split('\n')
        .map((line) => line.trim().split(/\s+/).map(Number));
  return pairs.filter(([, parent]) => parent === pid).map(([child]) => child);
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // One that has ended and that nobody has asked for is still there in name.
  return !existsSync(`/proc/${pid}/stat`) || !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}

/** Waits until none of these processes runs. */
export async function gone(pids: readonly number[], seconds: number): Promise<boolean> {
  for (const end = performance.now() + 1000 * seconds; performance.now() < end; ) {
    if (!pids.some(isRunning)) return true;
    await new Promise((done) => setTimeout(done, 50));
  }
  return false;
}

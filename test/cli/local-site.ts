/** A folder for runs of `train --local`: configurations whose outputs stay in it, and its own folder for temporary files. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { parse } from 'yaml';
import type { Report } from '../../src/job/report/report.ts';
import { dataOf, type JobFile, long, NODES, type NodeName } from '../parties/site.ts';
import { childrenOf, Program } from './program.ts';

interface Config {
  readonly data?: Readonly<Record<string, string>>;
}

export class LocalSite {
  readonly folder = mkdtempSync(join(tmpdir(), 'site-'));
  readonly report = join(this.folder, 'report.json');
  readonly longJob = join(this.folder, 'long.yaml');
  readonly #temporary = join(this.folder, 'temporary');
  readonly #configs = join(this.folder, 'configs');

  constructor() {
    onTestFinished(() => rmSync(this.folder, { recursive: true, force: true }));
    mkdirSync(this.#temporary);
    mkdirSync(this.#configs);
    for (const name of NODES) {
      const config = parse(readFileSync(`parties/${name}.yaml`, 'utf8'));
      this.#write(name, { ...config, ...dataOf(name), output: join(this.folder, 'out', name) });
    }
    const job = parse(readFileSync('examples/breast-cancer-logistic.yaml', 'utf8')) as JobFile;
    long(job);
    writeFileSync(this.longJob, JSON.stringify(job));
  }

  train(job: string, ...args: readonly string[]): Program {
    const all = ['train', job, '--local', '--configs', this.#configs, ...args];
    return new Program('dist/src/cli/main.js', all, { TMPDIR: this.#temporary });
  }

  changeConfig(name: NodeName, change: (config: Config) => Config): void {
    this.#write(name, change(parse(readFileSync(join(this.#configs, `${name}.yaml`), 'utf8')) as Config));
  }

  readReport(): Report {
    return JSON.parse(readFileSync(this.report, 'utf8')) as Report;
  }

  get temporaryFolders(): string[] {
    return readdirSync(this.#temporary);
  }

  /** Models that runs have left, their links, and what is half written. */
  get models(): string[] {
    return this.#left.filter((file) => file.endsWith('model.json') || file.endsWith('.partial'));
  }

  /** Every node's reports of its runs. */
  get nodeReports(): { readonly node: string; readonly outcome: string }[] {
    return this.#left
      .filter((file) => file.endsWith('/report.json'))
      .map((file) => JSON.parse(readFileSync(join(this.folder, file), 'utf8')));
  }

  get #left(): string[] {
    return readdirSync(this.folder, { recursive: true, encoding: 'utf8' });
  }

  #write(name: NodeName, config: object): void {
    writeFileSync(join(this.#configs, `${name}.yaml`), JSON.stringify(config));
  }
}

/** Every process that this one starts until it ends. */
export async function watchChildren(program: Program): Promise<Set<number>> {
  const seen = new Set<number>();
  let isOver = false;
  void program.ended.then(() => {
    isOver = true;
  });
  while (!isOver) {
    for (const child of childrenOf(program.pid)) seen.add(child);
    await new Promise((done) => setTimeout(done, 100));
  }
  return seen;
}

/** Nodes as three organisations would have them: a folder each, with its own configuration, job file and identity. */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { createIdentity } from '../../src/transport/create-identity.ts';
import { saveIdentity } from '../../src/transport/identity.ts';
import { Program, trefoil } from '../cli/program.ts';

export const PARTIES = ['north', 'east', 'south'] as const;
export const NODES = ['dealer', ...PARTIES] as const;
export type NodeName = (typeof NODES)[number];

const RECORDS = resolve('examples/breast-cancer');
const HAS_TEST: readonly string[] = ['east', 'south'];

export interface JobFile {
  trust: string;
  training: { epochs: number; learningRate: number; batch: number };
  reveal: { trainingLoss?: string[]; model: string[] };
}

export interface ConfigFile {
  listen: string;
  peers: Record<string, { address: string; certificate: string }>;
  data?: { train?: string; test?: string };
  output: string;
  connectSeconds: number;
  [key: string]: unknown;
}

/** A job that ends soon. */
export const short = (job: JobFile): void => {
  job.training.epochs = 2;
};
/** A job that is still training when something happens to it. */
export const long = (job: JobFile): void => {
  Object.assign(job.training, { epochs: 20_000, learningRate: 0.0001 });
  delete job.reveal.trainingLoss;
};

/** The records of a party, by a name that they may have a budget under. */
interface NamedData {
  readonly train: string;
  readonly test?: string;
  readonly dataSet: string;
}

/** The part of a configuration that names the records of a party. */
export function dataOf(name: NodeName): { readonly data?: NamedData } {
  if (name === 'dealer') return {};
  const test = HAS_TEST.includes(name) ? { test: join(RECORDS, `${name}-test.csv`) } : {};
  return { data: { train: join(RECORDS, `${name}-train.csv`), ...test, dataSet: `${name}-cohort` } };
}

export class Site {
  readonly folder = mkdtempSync(join(tmpdir(), 'site-'));

  static async create(change: (job: JobFile) => void = short): Promise<Site> {
    const site = new Site();
    onTestFinished(() => rmSync(site.folder, { recursive: true, force: true }));
    const ports = await freePorts(NODES.length);
    const addressOf = (name: NodeName) => `localhost:${ports[NODES.indexOf(name)]}`;
    for (const name of NODES) {
      mkdirSync(join(site.folder, name));
      copyFileSync('examples/breast-cancer-logistic.yaml', join(site.folder, name, 'job.yaml'));
      site.changeJob(change, name);
      const others = NODES.filter((other) => other !== name);
      const config: ConfigFile = {
        node: name,
        job: 'job.yaml',
        listen: addressOf(name),
        identity: name,
        peers: Object.fromEntries(
          others.map((peer) => [peer, { address: addressOf(peer), certificate: `../${peer}/${peer}.crt` }]),
        ),
        ...dataOf(name),
        output: 'out',
        connectSeconds: 20,
      };
      writeFileSync(site.config(name), JSON.stringify(config));
    }
    for (const name of NODES) await saveIdentity(site.path(name, name), await createIdentity({ name }));
    return site;
  }

  path(name: NodeName, file: string): string {
    return join(this.folder, name, file);
  }

  config(name: NodeName): string {
    return this.path(name, 'node.yaml');
  }

  changeJob(change: (job: JobFile) => void, ...names: readonly NodeName[]): void {
    for (const name of names) {
      const job = parse(readFileSync(this.path(name, 'job.yaml'), 'utf8')) as JobFile;
      change(job);
      writeFileSync(this.path(name, 'job.yaml'), JSON.stringify(job));
    }
  }

  changeConfig(name: NodeName, change: (config: ConfigFile) => void): void {
    const config = JSON.parse(readFileSync(this.config(name), 'utf8')) as ConfigFile;
    change(config);
    writeFileSync(this.config(name), JSON.stringify(config));
  }

  start(name: NodeName, ...args: readonly string[]): Program {
    return trefoil('party', '--config', this.config(name), ...args);
  }

  /** By parties/party.js and parties/dealer.js. */
  startProgram(name: NodeName, ...args: readonly string[]): Program {
    const program = name === 'dealer' ? 'dealer' : 'party';
    return new Program(`dist/parties/${program}.js`, ['--config', this.config(name), ...args]);
  }

  model(name: NodeName): string {
    return this.path(name, 'out/breast-cancer-logistic.model.json');
  }

  /** A model as an earlier run would have left it. */
  leaveModels(): void {
    for (const name of PARTIES) {
      mkdirSync(this.path(name, 'out'));
      writeFileSync(this.model(name), '{}');
    }
  }

  get models(): NodeName[] {
    return PARTIES.filter((name) => existsSync(this.model(name)));
  }

  /** Parties whose model is the one of the earlier run. */
  get earlierModels(): string[] {
    return this.models.filter((name) => readFileSync(this.model(name), 'utf8') === '{}');
  }
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0));
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  });
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}

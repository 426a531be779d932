import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TrefoilError } from '../../src/errors.ts';
import { loadJob, withTrust } from '../../src/job/file/job-file.ts';
import { checkNodeConfig, loadNodeConfig } from '../../src/job/node/node-config.ts';

const job = loadJob('examples/breast-cancer-logistic.yaml');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'trefoil-config-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function load(content: string) {
  const path = join(folder, 'node.yaml');
  writeFileSync(path, content);
  return loadNodeConfig(path);
}

function problems(action: () => unknown): readonly string[] {
  try {
    action();
  } catch (error) {
    if (error instanceof TrefoilError && error.code === 'TREFOIL_CONFIG') return error.problems;
    throw error;
  }
  return [];
}

describe('the configurations in parties/', () => {
  it.each(['north', 'east', 'south'])('%s fits the main job in both trust modes', (node) => {
    const config = loadNodeConfig(`parties/${node}.yaml`);
    expect(config.node).toBe(node);
    checkNodeConfig(config, job);
    checkNodeConfig(config, withTrust(job, 'dealer'));
    expect(loadJob(config.job)).toEqual(job);
  });

  it.each(['north', 'east', 'south'])('%s has data for every example', (node) => {
    for (const name of ['breast-cancer-range', 'overflow', 'digits-mlp', 'mnist-mlp', 'mnist-convolution']) {
      checkNodeConfig(loadNodeConfig(`parties/${node}.yaml`, name), loadJob(`examples/${name}.yaml`));
    }
  });

  it('dealer fits it in dealer mode only', () => {
    const config = loadNodeConfig('parties/dealer.yaml');
    checkNodeConfig(config, withTrust(job, 'dealer'));
    const found = problems(() => checkNodeConfig(config, job));
    expect(found).toEqual(["node must not be dealer: the job's trust mode is honest-majority"]);
  });

  it('agree with each other on every address', () => {
    const configs = ['dealer', 'north', 'east', 'south'].map((node) => loadNodeConfig(`parties/${node}.yaml`));
    for (const { node, listen } of configs.slice(0, -1)) {
      const seen = configs.flatMap(({ peers }) => (Object.hasOwn(peers, node) ? (peers[node].address ?? []) : []));
      expect(new Set(seen)).toEqual(new Set([listen]));
    }
  });
});

describe('loadNodeConfig', () => {
  it('resolves paths against the folder of the file', () => {
    const config = loadNodeConfig('parties/east.yaml');
    const inParties = (path: string) => resolve(dirname(config.file), path);
    expect(config).toEqual({
      contributions: {
        clinic: {
          file: inParties('clinic-breast-cancer-contributed.contribution'),
          certificate: inParties('identity/clinic.crt'),
        },
      },
      file: 'parties/east.yaml',
      node: 'east',
      job: resolve('examples/breast-cancer-logistic.yaml'),
      listen: 'localhost:7102',
      identity: { key: inParties('identity/east.key'), certificate: inParties('identity/east.crt') },
      peers: {
        north: { address: 'localhost:7101', certificate: inParties('identity/north.crt') },
        south: { certificate: inParties('identity/south.crt') },
        dealer: { address: 'localhost:7100', certificate: inParties('identity/dealer.crt') },
      },
      data: {
        train: resolve('examples/breast-cancer/east-train.csv'),
        test: resolve('examples/breast-cancer/east-test.csv'),
      },
      output: [resolve('out/east')],
      privacy: { isStated: false, ledger: inParties('east.ledger'), identity: inParties('identity/east') },
      connectSeconds: 120,
      threads: Math.min(availableParallelism(), 64),
      stallSeconds: 120,
    });
  });

  it('reports everything at once', () => {
    const found = problems(() =>
      load(`node: north
listen: localhost
identity: ''
peers:
  east: { adress: localhost:7102, certificate: east.crt }
  south: { address: 'localhost:70000', certificate: 5 }
data: { train: north.csv, trian: x }
output: out
privacy: { limit: { epsilon: 0, delta: 1 }, leger: x }
connectSeconds: 0
threads: 65
stallSeconds: soon
`),
    );
    expect(found).toEqual([
      'line 1: job is missing: the path of the job file',
      'line 2: listen must be host:port: it has no port, as in localhost:7101',
      'line 3: identity must be the path of the identity, without .key or .crt',
      "line 5: unknown key 'adress' in peers.east; did you mean 'address'?",
      'line 6: peers.south.address must be host:port: the port 70000 is not from 1 to 65535',
      'line 6: peers.south.certificate must be the path of the peer’s certificate',
      "line 7: unknown key 'trian' in data; did you mean 'train'?",
      'line 9: privacy.limit.epsilon must be a finite number above 0',
      'line 9: privacy.limit.delta must be a number between 0 and 1',
      "line 9: unknown key 'leger' in privacy; did you mean 'ledger'?",
      'line 10: connectSeconds must be a number of seconds above 0 and at most 2147483, which are 24 days',
      'line 11: threads must be a whole number from 1 to 64',
      'line 12: stallSeconds must be a number of seconds above 0 and at most 2147483, which are 24 days',
    ]);
  });

  it('knows where the ledger lies, what may be spent, and how a data set is called', () => {
    const privacy = '{ ledger: kept, identity: keys/own, limit: { epsilon: 5, delta: 1e-5 } }';
    const data = '{ dataSet: cohort, train: t.csv }';
    const config = load(`{ node: n, job: j, identity: i, peers: {}, data: ${data}, output: o, privacy: ${privacy} }`);
    expect(config.privacy).toEqual({
      isStated: true,
      ledger: join(folder, 'kept'),
      identity: join(folder, 'keys/own'),
      limit: { epsilon: 5, delta: 1e-5 },
    });
    expect(config.dataSet).toBe('cohort');
  });

  it.each([
    ['{ train: t.csv }', 'line 1: data.dataSet is missing: with privacy.limit, a name for these records'],
    ['{ a: { train: t.csv }, b: { dataSet: x, train: t.csv } }', 'line 1: data.a.dataSet is missing'],
  ])('asks for the name of records with a limit: %s', (data, problem) => {
    const path = join(folder, 'named.yaml');
    const write = (privacy: string) =>
      writeFileSync(
        path,
        `{ node: n, job: j, identity: i, peers: {}, data: ${data}, output: o, privacy: { ${privacy} } }`,
      );
    write('limit: { epsilon: 5, delta: 1e-5 }');
    expect(problems(() => loadNodeConfig(path, 'a'))).toEqual([expect.stringContaining(problem)]);
    write('ledger: kept');
    expect(loadNodeConfig(path, 'a').dataSet).toBeUndefined();
    if (data.includes('b:')) expect(loadNodeConfig(path, 'b').dataSet).toBe('x');
  });

  it('asks for no name of a node without records', () => {
    const privacy = '{ limit: { epsilon: 5, delta: 1e-5 } }';
    expect(load(`{ node: dealer, job: j, identity: i, peers: {}, output: o, privacy: ${privacy} }`).data).toEqual({});
  });

  it.each(['connectSeconds', 'stallSeconds'])('takes %s as long as a timer runs, and no longer', (key) => {
    const withSeconds = (seconds: number) =>
      load(`{ node: n, job: j, identity: i, peers: {}, output: o, ${key}: ${seconds} }`);
    expect(withSeconds(2_147_483)).toMatchObject({ [key]: 2_147_483 });
    for (const seconds of [2_147_484, 2_592_000, 1e300]) {
      expect(problems(() => withSeconds(seconds))).toEqual([
        `line 1: ${key} must be a number of seconds above 0 and at most 2147483, which are 24 days`,
      ]);
    }
  });

  it('takes port 0 where a node listens, and not where a peer does', () => {
    const config = (listen: string, address: string) =>
      load(
        `{ node: n, job: j, listen: '${listen}', identity: i, peers: { p: { address: '${address}', certificate: c } }, output: o }`,
      );
    expect(config('node_n:0', '[::ffff:10.0.0.5]:1').listen).toBe('node_n:0');
    expect(problems(() => config('node_n:0', 'p:0'))).toEqual([
      'line 1: peers.p.address must be host:port: the port 0 is not from 1 to 65535',
    ]);
  });

  it('refuses a node that is its own peer', () => {
    const peers = '{ north: { address: localhost:1, certificate: c } }';
    expect(problems(() => load(`{ node: north, job: j, identity: i, peers: ${peers}, output: o }`))).toEqual([
      'line 1: peers.north is the node itself',
    ]);
  });

  it('names a file that is not there', () => {
    expect(() => loadNodeConfig('no/such.yaml')).toThrow(
      'can not read the node configuration no/such.yaml: there is no such file',
    );
  });
});

describe('checkNodeConfig', () => {
  it('asks for the addresses of the nodes that this one connects to, and of no others', () => {
    const missing = (node: string, trust: 'honest-majority' | 'dealer') => {
      const config = loadNodeConfig(`parties/${node}.yaml`);
      const peers = Object.fromEntries(
        Object.entries(config.peers).map(([name, { certificate }]) => [name, { certificate }]),
      );
      const found = problems(() => checkNodeConfig({ ...config, listen: 'localhost:1', peers }, withTrust(job, trust)));
      return found.map((problem) =>
        /^peers\.(\w+)\.address is missing: (\w+) connects to \1, /.exec(problem)?.slice(1),
      );
    };
    expect(missing('north', 'honest-majority')).toEqual([]);
    expect(missing('east', 'honest-majority')).toEqual([['north', 'east']]);
    expect(missing('south', 'honest-majority')).toEqual([
      ['north', 'south'],
      ['east', 'south'],
    ]);
    expect(missing('dealer', 'dealer')).toEqual([]);
    expect(missing('north', 'dealer')).toEqual([['dealer', 'north']]);
    expect(missing('south', 'dealer')).toEqual(['dealer', 'north', 'east'].map((peer) => [peer, 'south']));
  });

  it('reports everything at once', () => {
    const config = load(`node: north
job: job.yaml
identity: north
peers:
  eats: { address: localhost:7102, certificate: east.crt }
  south: { address: localhost:7103, certificate: south.crt }
data: { test: north.csv }
output: out
`);
    expect(problems(() => checkNodeConfig(config, withTrust(job, 'dealer')))).toEqual([
      'peers.dealer is missing',
      'peers.east is missing',
      "peers names 'eats', which is not in the job; did you mean 'east'?",
      'listen is missing: only the last node of a job connects to all others',
      'data.train is missing: the job says 199 rows',
      'data.test must be left out: the job says that north has no such rows',
    ]);
  });

  it('names the nearest party for an unknown node', () => {
    const config = { ...loadNodeConfig('parties/south.yaml'), node: 'suoth' };
    expect(problems(() => checkNodeConfig(config, job))).toContain(
      "node names 'suoth', which is not in the job; did you mean 'south'?",
    );
  });
});

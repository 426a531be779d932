import { X509Certificate } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createIdentity } from '../../src/transport/create-identity.ts';
import { loadIdentities, saveIdentity } from '../../src/transport/identity.ts';
import { failureOf } from './nodes.ts';

const DAY_MS = 86_400_000;
let folder: string;
const file = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trefoil-identity-'));
  for (const name of ['east', 'west', 'north']) await saveIdentity(file(name), await createIdentity({ name }));
});

afterAll(() => rm(folder, { recursive: true }));

describe('createIdentity', () => {
  it('makes a certificate for server and client that is no authority', async () => {
    const { certificate } = await createIdentity({ name: 'east', hosts: ['node.east.example', '10.1.2.3'] });
    const parsed = new X509Certificate(certificate);
    expect(parsed.subject).toBe('CN=east');
    expect(parsed.issuer).toBe('CN=east');
    expect(parsed.ca).toBe(false);
    expect(parsed.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
    expect(parsed.subjectAltName).toBe(
      'DNS:localhost, IP Address:127.0.0.1, DNS:node.east.example, IP Address:10.1.2.3',
    );
    expect(parsed.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
    expect(parsed.verify(parsed.publicKey)).toBe(true);
  });
});

describe('saveIdentity', () => {
  it('lets nobody else read the key, not even after it was readable', async () => {
    await chmod(file('east.key'), 0o644);
    const identity = await createIdentity({ name: 'east' });
    await saveIdentity(file('east'), identity);
    expect((await stat(file('east.key'))).mode & 0o777).toBe(0o600);
    expect(await readFile(file('east.crt'), 'utf8')).toBe(identity.certificate);
  });
});

describe('loadIdentities', () => {
  it('gives keys, certificates, fingerprints and days left', async () => {
    const loaded = await loadIdentities('east', file('east'), { west: file('west.crt') });
    expect(loaded.identity.key).toMatch(/^-----BEGIN PRIVATE KEY-----/);
    expect(loaded.identity.daysLeft).toBe(824);
    expect(loaded.warnings).toEqual([]);
    const west = new X509Certificate(await readFile(file('west.crt')));
    expect(loaded.peers.get('west')).toMatchObject({ name: 'west', fingerprint: west.fingerprint256 });
  });

  it('warns of certificates that end soon', async () => {
    await saveIdentity(file('old'), await createIdentity({ name: 'old', days: 20 }));
    const { warnings } = await loadIdentities('east', file('east'), { old: file('old.crt') });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/old\.crt expires on \d{4}-\d\d-\d\d; ask old for its current \.crt$/);
  });

  it('lists everything that is wrong, with what to do', async () => {
    const past = await createIdentity({ name: 'past', from: new Date(Date.now() - 10 * DAY_MS), days: 1 });
    const future = await createIdentity({ name: 'future', from: new Date(Date.now() + 10 * DAY_MS) });
    await saveIdentity(file('past'), past);
    await saveIdentity(file('future'), future);
    await writeFile(file('broken.crt'), 'no certificate');
    await saveIdentity(file('mixed'), {
      key: past.key,
      certificate: (await createIdentity({ name: 'mixed' })).certificate,
    });
    const failure = await failureOf(
      loadIdentities('mixed', file('mixed'), {
        past: file('past.crt'),
        future: file('future.crt'),
        broken: file('broken.crt'),
        absent: file('absent.crt'),
        west: file('north.crt'),
      }),
    );
    expect(failure.code).toBe('TREFOIL_IDENTITY');
    expect(failure.problems.map((problem) => problem.replaceAll(`${folder}/`, ''))).toEqual([
      'mixed.key is not the key of mixed.crt; run `trefoil identity --config FILE` again and send the new .crt to the peers',
      expect.stringMatching(/^past\.crt expired on \d{4}-\d\d-\d\d; ask past for its current \.crt$/),
      expect.stringMatching(
        /^future\.crt is not valid before \d{4}-\d\d-\d\d; check this machine's clock, or ask future/,
      ),
      'broken.crt is not a certificate in PEM; ask broken for its current .crt',
      'absent.crt does not exist; ask absent for its current .crt',
      "north.crt is the certificate of 'north', not of 'west'; ask west for its current .crt",
    ]);
  });

  it('reports a key that is missing or unreadable', async () => {
    await rm(file('north.key'));
    const missing = await failureOf(loadIdentities('north', file('north'), {}));
    expect(missing.problems[0]).toMatch(/north\.key does not exist; run `trefoil identity/);
    await writeFile(file('north.key'), '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n');
    const broken = await failureOf(loadIdentities('north', file('north'), {}));
    expect(broken.problems[0]).toMatch(/north\.key is not a private key in PEM/);
  });
});

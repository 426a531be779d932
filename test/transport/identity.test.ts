import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createIdentity } from '../../src/transport/create-identity.ts';
import { loadIdentities, saveIdentity } from '../../src/transport/identity.ts';
import { canMount, fillUp, smallDisk } from '../job/small-disk.ts';
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

describe('an identity that is replaced', () => {
  it('is kept under names with its own time, and its key is its owner’s alone', async () => {
    const [first, second] = [await createIdentity({ name: 'kept' }), await createIdentity({ name: 'kept' })];
    expect(await saveIdentity(file('kept'), first)).toEqual([]);
    await chmod(file('kept.key'), 0o644);
    const [key, certificate] = await saveIdentity(file('kept'), second);
    expect([key, certificate].map((path) => path.replace(/\d{8}T\d{6}Z/, 'TIME'))).toEqual([
      file('kept.TIME.key'),
      file('kept.TIME.crt'),
    ]);
    expect(await readFile(key, 'utf8')).toBe(first.key);
    expect(await readFile(certificate, 'utf8')).toBe(first.certificate);
    expect((await stat(key)).mode & 0o777).toBe(0o600);
    expect(await readFile(file('kept.key'), 'utf8')).toBe(second.key);
  });

  it('keeps key and certificate that fit where one of the new ones can not take its name', async () => {
    const [first, second] = [await createIdentity({ name: 'pair' }), await createIdentity({ name: 'pair' })];
    await mkdir(file('half'));
    await writeFile(file('half/pair.key'), first.key, { mode: 0o600 });
    await mkdir(file('half/pair.crt'));
    await expect(saveIdentity(file('half/pair'), second)).rejects.toThrow(
      /can not write the file .*pair\.crt: .*; the earlier ones are .*pair\.key/,
    );
    expect(await readFile(file('half/pair.key'), 'utf8')).toBe(first.key);
    expect((await readdir(file('half'))).sort()).toEqual(['pair.crt', 'pair.key']);
    await mkdir(file('new/pair.crt'), { recursive: true });
    await expect(saveIdentity(file('new/pair'), second)).rejects.toThrow('can not write the file');
    expect(await readdir(file('new'))).toEqual(['pair.crt']);
  });

  it.runIf(canMount)('is as it was where the disk has room for the new key alone', async () => {
    const disk = smallDisk(64);
    const [first, second] = [await createIdentity({ name: 'full' }), await createIdentity({ name: 'full' })];
    await saveIdentity(join(disk, 'full'), first);
    await writeFile(join(disk, 'page'), Buffer.alloc(4096));
    fillUp(disk);
    await rm(join(disk, 'page'));
    await expect(saveIdentity(join(disk, 'full'), second)).rejects.toThrow(
      /full\.crt: no space is left on the disk; the earlier ones are .*full\.key and .*full\.crt$/,
    );
    expect(await readFile(join(disk, 'full.key'), 'utf8')).toBe(first.key);
    expect(await readFile(join(disk, 'full.crt'), 'utf8')).toBe(first.certificate);
    expect((await readdir(disk)).filter((name) => !name.startsWith('filling')).sort()).toEqual([
      'full.crt',
      'full.key',
    ]);
  });

  it('leaves links to key and certificate in their place', async () => {
    const [first, second] = [await createIdentity({ name: 'link' }), await createIdentity({ name: 'link' })];
    await mkdir(file('safe'));
    await saveIdentity(file('safe/link'), first);
    for (const end of ['key', 'crt']) await symlink(file(`safe/link.${end}`), file(`link.${end}`));
    await saveIdentity(file('link'), second);
    expect(await readFile(file('safe/link.key'), 'utf8')).toBe(second.key);
    expect(await readlink(file('link.crt'))).toBe(file('safe/link.crt'));
  });

  it('can not be written where there is no folder, which is said in words', async () => {
    const identity = await createIdentity({ name: 'kept' });
    await expect(saveIdentity(file('none/kept'), identity)).rejects.toThrow(
      /can not write the file .*: there is no such folder/,
    );
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
    expect(warnings[0]).toMatch(
      /old\.crt expires on \d{4}-\d\d-\d\d; old has to run `trefoil identity --config FILE --replace`/,
    );
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
      expect.stringMatching(
        /^mixed\.key is not the key of mixed\.crt; check the path in the configuration, or run `trefoil identity --config FILE --replace` /,
      ),
      expect.stringMatching(
        /^past\.crt expired on \d{4}-\d\d-\d\d; past has to run `trefoil identity --config FILE --replace` and to send all peers/,
      ),
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
    // Beside its certificate, which is not replaced without the flag.
    expect(missing.problems[0]).toMatch(/north\.key does not exist; run `trefoil identity --config FILE --replace`/);
    const none = await failureOf(loadIdentities('nobody', file('nobody'), {}));
    for (const problem of none.problems)
      expect(problem).toMatch(/does not exist; run `trefoil identity --config FILE` with/);
    const text = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n';
    await writeFile(file('north.key'), text, { mode: 0o600 });
    const broken = await failureOf(loadIdentities('north', file('north'), {}));
    expect(broken.problems[0]).toMatch(/north\.key is not a private key in PEM/);
  });

  it('says of an own certificate that has expired how to renew it', async () => {
    const old = await createIdentity({ name: 'late', from: new Date(Date.now() - 10 * DAY_MS), days: 1 });
    await saveIdentity(file('late'), old);
    const { problems } = await failureOf(loadIdentities('late', file('late'), {}));
    expect(problems).toEqual([
      expect.stringMatching(
        /late\.crt expired on .*; run `trefoil identity --config FILE --replace` .* send the new \.crt to all peers/,
      ),
    ]);
  });

  it.skipIf(process.platform === 'win32').each([0o644, 0o640, 0o620, 0o604, 0o601, 0o666, 0o777])(
    'refuses a key that others can read or change, mode %o, with the command that closes it',
    async (mode) => {
      const path = file("west of o'clock");
      await saveIdentity(path, await createIdentity({ name: 'west' }));
      await chmod(`${path}.key`, mode);
      const { problems } = await failureOf(loadIdentities('west', path, {}));
      expect(problems).toHaveLength(1);
      const [problem] = problems;
      expect(problem).toContain(`(mode ${mode.toString(8)})`);
      execFileSync('sh', ['-c', problem.replace(/^.*; type: /, '')]);
      expect((await loadIdentities('west', path, {})).identity.name).toBe('west');
    },
  );
});

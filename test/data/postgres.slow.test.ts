/** A query to a real PostgreSQL server, which the test starts for itself from Debian's package. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RecordsWanted } from '../../src/data/records.ts';
import { commitmentsOf, sourceOf } from '../../src/data/source.ts';
import { optionalPackage } from '../../src/data/sources/optional-package.ts';
import type { PostgresQuery } from '../../src/data/sources/postgres.ts';

const BINARIES = '/usr/lib/postgresql/15/bin';
const hasPackage = (await optionalPackage('pg', 'the test').catch(() => undefined)) !== undefined;
const isHere = existsSync(join(BINARIES, 'initdb')) && existsSync('/usr/bin/openssl') && hasPackage;

const PASSWORD = 'correct horse 7';
const ROWS = 5000;
const bmi = (i: number) => (i * 37) % 60;
const SETUP = `
create table patients (id integer, age smallint, bmi double precision, chol numeric(9, 3), sex text, ill boolean, seen date);
insert into patients select i, i % 100, (i * 37) % 60, 100 + i * 0.001, case when i % 2 = 0 then 'F' end, i % 3 = 0, date '2025-01-10'
  from generate_series(1, ${ROWS}) i;
create role reader login password '${PASSWORD}';
grant select on patients to reader;`;
const COLUMNS = ['age', 'bmi', 'chol', 'sex', 'ill', 'seen'];
const wanted: RecordsWanted = {
  label: 'ill',
  features: [
    { name: 'age', low: 0, high: 120 },
    { name: 'bmi', low: 0, high: 60 },
    { name: 'chol', low: 100, high: 400 },
  ],
  outOfRange: 'refuse',
  rows: ROWS,
};

let folder: string;
let server: ChildProcess | undefined;
let place: Omit<PostgresQuery['postgres'], 'query'>;
const query = 'select * from patients order by id';
const read = (more: Partial<PostgresQuery['postgres']> = {}, as: Partial<RecordsWanted> = {}) =>
  sourceOf({ postgres: { ...place, query, ...more } }).read({ ...wanted, ...as });
const told = (more: Partial<PostgresQuery['postgres']> = {}, as: Partial<RecordsWanted> = {}) =>
  read(more, as).then(
    () => 'was read',
    (error: unknown) => `${String(error)} ${(error as Error).stack}`,
  );

const freePort = () =>
  new Promise<number>((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });

/** A server refuses to run as root. */
function owner(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const number = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { uid: number('-u'), gid: number('-g') };
}

describe.skipIf(!isHere)(`a query to PostgreSQL, where ${BINARIES}, openssl and the package pg are there`, () => {
  beforeAll(async () => {
    const who = owner();
    folder = mkdtempSync(join(tmpdir(), 'trefoil-postgres-'));
    const file = (name: string, content: string) => {
      writeFileSync(join(folder, name), content, { mode: 0o600 });
      if (who !== undefined) chownSync(join(folder, name), who.uid, who.gid);
      return join(folder, name);
    };
    if (who !== undefined) chownSync(folder, who.uid, who.gid);
    const as = { ...who, cwd: folder, stdio: 'ignore' } as const;
    const certify = (name: string) =>
      execFileSync(
        'openssl',
        `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout ${name}.key -out ${name}.crt`.split(
          ' ',
        ),
        as,
      );
    certify('server');
    certify('other');
    const data = join(folder, 'data');
    const first = file('first', 'only for the test');
    execFileSync(
      join(BINARIES, 'initdb'),
      ['-D', data, '-U', 'owner', '-A', 'scram-sha-256', '--pwfile', first, '-E', 'UTF8', '--no-sync'],
      as,
    );
    const port = await freePort();
    const options = [
      'ssl=on',
      `ssl_cert_file=${join(folder, 'server.crt')}`,
      `ssl_key_file=${join(folder, 'server.key')}`,
      'fsync=off',
    ];
    server = spawn(
      join(BINARIES, 'postgres'),
      ['-D', data, '-k', folder, '-h', '127.0.0.1', '-p', String(port), ...options.flatMap((option) => ['-c', option])],
      as,
    );
    const psql = (sql: string) =>
      execFileSync(
        join(BINARIES, 'psql'),
        ['-h', '127.0.0.1', '-p', String(port), '-U', 'owner', '-d', 'postgres', '-v', 'ON_ERROR_STOP=1', '-c', sql],
        {
          env: { ...process.env, PGPASSWORD: 'only for the test' },
          stdio: 'ignore',
        },
      );
    for (let i = 0; ; i++) {
      try {
        psql('select 1');
        break;
      } catch (error) {
        if (i === 60) throw error;
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    }
    psql(SETUP);
    const passwordFile = join(folder, 'password');
    writeFileSync(passwordFile, `${PASSWORD}\n`);
    place = { host: '127.0.0.1', port, database: 'postgres', user: 'reader', passwordFile };
  }, 120_000);
  afterAll(async () => {
    if (server !== undefined) {
      const ended = new Promise((resolve) => server?.once('exit', resolve));
      server.kill('SIGINT');
      await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  });

  it('gives the records and the name of a CSV file with the same cells', async () => {
    const csv = join(folder, 'patients.csv');
    const lines = Array.from({ length: ROWS }, (_, k) => {
      const i = k + 1;
      return `${i},${i % 100},${bmi(i)},${(100 + i * 0.001).toFixed(3)},${i % 2 === 0 ? 'F' : ''},${i % 3 === 0 ? 1 : 0},2025-01-10`;
    });
    writeFileSync(csv, ['id,age,bmi,chol,sex,ill,seen', ...lines].join('\n'));
    expect(await read()).toEqual(await sourceOf(csv).read(wanted));
    const commitments = await commitmentsOf({ postgres: { ...place, query } }, COLUMNS);
    expect(commitments).toEqual(await commitmentsOf(csv, COLUMNS));
  });

  it('reads and can do nothing else', async () => {
    for (const other of [
      'select 1 as age) as x; create table t (a integer); select * from (select 1',
      "select set_config('transaction_read_only', 'off', false) as age",
      'delete from patients returning age',
    ]) {
      expect(await told({ query: other })).not.toContain('was read');
    }
    expect(await told()).toBe('was read');
  });

  it('verifies the certificate that is named, and refuses another', async () => {
    expect(await told({ host: 'localhost', ca: join(folder, 'server.crt') })).toBe('was read');
    expect(await told({ host: 'localhost', ca: join(folder, 'other.crt') })).toMatch(
      /the certificate of localhost does not hold/,
    );
    expect(await told({ ca: join(folder, 'server.crt') })).toMatch(/the certificate of 127.0.0.1 does not hold/);
  });

  it('says what is wrong, never with a password or a value', async () => {
    const wrong = join(folder, 'wrong');
    writeFileSync(wrong, 'hunter2');
    const faults: readonly (readonly [RegExp, string])[] = [
      [/the server refuses user or password/, await told({ passwordFile: wrong })],
      [/there is no such database/, await told({ database: 'absent' })],
      [/nothing listens there/, await told({ port: await freePort() })],
      [/relation "absent" does not exist/, await told({ query: 'select * from absent' })],
      [/column "absent" does not exist/, await told({ query: 'select absent from patients' })],
      [/SQLSTATE 22P02, whose words are left out/, await told({ query: 'select sex::integer as age from patients' })],
      [/missing column 'weight'/, await told({}, { features: [{ name: 'weight', low: 0, high: 1 }] })],
      [/row 3, column 'bmi': outside/, await told({}, { features: [{ name: 'bmi', low: 0, high: 40 }] })],
      [/row 1, column 'sex': empty/, await told({}, { features: [{ name: 'sex', low: 0, high: 1 }] })],
    ];
    for (const [sentence, text] of faults) {
      expect(text).toMatch(sentence);
      expect(text).not.toMatch(/hunter2|correct horse|"F"/);
    }
  });
});

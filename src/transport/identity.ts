/**
 * The files of a node's identity, `<path>.key` and `<path>.crt`, and its peers' certificates.
 * @module
 */
import { existsSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { TrefoilError } from '../errors.ts';
import { fileErrorCode, readProblem } from '../file-problem.ts';
import { type Certificate, checkCertificate, checkKey, OWN, type Remedies, remediesOf } from './certificate.ts';
import { placeTogether } from './place-together.ts';

/** PEM texts. */
export interface Identity {
  readonly key: string;
  readonly certificate: string;
}

export interface LoadedIdentities {
  readonly identity: Identity & Certificate;
  /** By name. */
  readonly peers: ReadonlyMap<string, Certificate>;
  /** Certificates that end soon. */
  readonly warnings: readonly string[];
}

/**
 * Writes `<path>.key`, readable by its owner alone, and `<path>.crt`, which may be shown to anybody: both or none. Earlier ones stay under names with
 * their own time, which are given back. Throws `TREFOIL_IDENTITY`.
 */
export function saveIdentity(path: string, { key, certificate }: Identity): Promise<string[]> {
  return placeTogether('TREFOIL_IDENTITY', [
    { path: `${path}.key`, text: key, mode: 0o600 },
    { path: `${path}.crt`, text: certificate, mode: 0o644 },
  ]);
}

/**
 * Reads and checks a node's own identity and the certificates of its peers (files by name).
 * Throws one `TREFOIL_IDENTITY` with everything that is wrong.
 */
export async function loadIdentities(
  name: string,
  path: string,
  peerFiles: Readonly<Record<string, string>>,
  now = new Date(),
): Promise<LoadedIdentities> {
  const problems: string[] = [];
  const attempt = async (file: string, { missing, wrong }: Remedies, read: () => Promise<string>) => {
    try {
      return await read();
    } catch (error) {
      const isMissing = fileErrorCode(error) === 'ENOENT';
      problems.push(
        isMissing ? `${file} does not exist; ${missing}` : `${file} can not be read: ${readProblem(error)}; ${wrong}`,
      );
      return undefined;
    }
  };
  const load = async (owner: string, file: string, remedies: Remedies): Promise<Certificate | undefined> => {
    const pem = await attempt(file, remedies, () => readFile(file, 'utf8'));
    const loaded = pem === undefined ? undefined : checkCertificate(pem, file, remedies, problems, now);
    if (loaded !== undefined && loaded.name !== owner) {
      problems.push(`${file} is the certificate of '${loaded.name}', not of '${owner}'; ${remedies.wrong}`);
    }
    return loaded;
  };

  // One file of the two is replaced like both.
  const ofOwn = (other: string) => (existsSync(other) ? { ...OWN, missing: OWN.renew } : OWN);
  const own = await load(name, `${path}.crt`, ofOwn(`${path}.key`));
  const key = await attempt(`${path}.key`, ofOwn(`${path}.crt`), () => readKey(`${path}.key`, problems));
  if (own !== undefined && key !== undefined) {
    checkKey(key, own.certificate, `${path}.key`, `${path}.crt`, OWN, problems);
  }
  const peers = new Map<string, Certificate>();
  for (const [peer, file] of Object.entries(peerFiles)) {
    const certificate = await load(peer, file, remediesOf(peer));
    if (certificate !== undefined) peers.set(peer, certificate);
  }
  if (problems.length > 0 || own === undefined || key === undefined) {
    throw new TrefoilError('TREFOIL_IDENTITY', `the identities of '${name}' and its peers have problems:`, {
      problems,
    });
  }
  const warnings = [own, ...peers.values()].flatMap(({ warning }) => warning ?? []);
  return { identity: { ...own, key }, peers, warnings };
}

/** Permissions that others than the owner of a file may have. */
const OF_OTHERS = 0o077;

/** The text of a key; that others can read or change the file goes to `problems`, with what they could do. Windows has no such permissions. */
export async function readKey(
  file: string,
  problems: string[],
  danger = 'who could pose as this node',
): Promise<string> {
  const opened = await open(file, 'r');
  try {
    const mode = (await opened.stat()).mode & 0o777;
    if (process.platform !== 'win32' && (mode & OF_OTHERS) !== 0) {
      problems.push(
        `${file} is open to others than its owner (mode ${mode.toString(8)}), ${danger}; type: chmod 600 ${quoted(file)}`,
      );
    }
    return await opened.readFile('utf8');
  } finally {
    await opened.close();
  }
}

/** A path as a shell takes it. */
const quoted = (path: string) => (/^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`);

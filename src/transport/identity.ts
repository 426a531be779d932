/**
 * The files of a node's identity, `<path>.key` and `<path>.crt`, and its peers' certificates.
 * @module
 */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { TrefoilError } from '../errors.ts';
import { type Certificate, checkCertificate, checkKey, RENEW, renewalBy } from './certificate.ts';

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

/** Writes `<path>.key`, readable by its owner alone, and `<path>.crt`, which may be shown to anybody. Replaces older ones. */
export async function saveIdentity(path: string, identity: Identity): Promise<void> {
  // A file that exists would keep its mode.
  await rm(`${path}.key`, { force: true });
  await writeFile(`${path}.key`, identity.key, { mode: 0o600, flag: 'wx' });
  await writeFile(`${path}.crt`, identity.certificate);
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
  const read = async (file: string, remedy: string): Promise<string | undefined> => {
    try {
      return await readFile(file, 'utf8');
    } catch (error) {
      const reason = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'does not exist' : 'can not be read';
      problems.push(`${file} ${reason}; ${remedy}`);
      return undefined;
    }
  };
  const load = async (owner: string, file: string, remedy: string): Promise<Certificate | undefined> => {
    const pem = await read(file, remedy);
    const loaded = pem === undefined ? undefined : checkCertificate(pem, file, remedy, problems, now);
    if (loaded !== undefined && loaded.name !== owner) {
      problems.push(`${file} is the certificate of '${loaded.name}', not of '${owner}'; ${remedy}`);
    }
    return loaded;
  };

  const own = await load(name, `${path}.crt`, RENEW);
  const key = await read(`${path}.key`, RENEW);
  if (own !== undefined && key !== undefined) {
    checkKey(key, own.certificate, `${path}.key`, `${path}.crt`, RENEW, problems);
  }
  const peers = new Map<string, Certificate>();
  for (const [peer, file] of Object.entries(peerFiles)) {
    const certificate = await load(peer, file, renewalBy(peer));
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

/**
 * `trefoil identity`: makes the key and the certificate of one node or of several.
 * @module
 */
import { dirname, relative } from 'node:path';
import { TrefoilError } from '../../errors.ts';
import { isThere, unwritable } from '../../file-problem.ts';
import { identityOfContributor } from '../../job/contribution/contributor-config.ts';
import {
  createSealingKey,
  keyFingerprint,
  privateFile,
  publicFile,
  saveSealingKey,
} from '../../job/contribution/sealing-key.ts';
import { loadNodeConfig } from '../../job/node/node-config.ts';
import { makeFolder } from '../../job/node/output-folder.ts';
import { nameInCertificate, parseAddress } from '../../transport/address.ts';
import { fingerprintOf } from '../../transport/certificate.ts';
import { createIdentity } from '../../transport/create-identity.ts';
import { saveIdentity } from '../../transport/identity.ts';

export interface IdentityOptions {
  readonly config: readonly string[];
  readonly days: number;
  readonly replace: boolean;
  /** The key for contributions, in place of key and certificate. */
  readonly sealing: boolean;
}

/** A node, or an institution that runs none and has a certificate to sign with. */
interface Owner {
  readonly node: string;
  readonly listen?: string;
  readonly identity: { readonly key: string; readonly certificate: string };
}

function ownerAt(file: string): Owner {
  const contributor = identityOfContributor(file);
  if (contributor === undefined) return loadNodeConfig(file);
  const { name, identity } = contributor;
  return { node: name, identity: { key: `${identity}.key`, certificate: `${identity}.crt` } };
}

export async function makeIdentities({ config, days, replace, sealing }: IdentityOptions): Promise<void> {
  if (sealing) return makeSealingKeys(config, replace);
  const configs = config.map(ownerAt);
  const existing = configs.filter(
    ({ identity }) => isNamedAlready(identity.key) || isNamedAlready(identity.certificate),
  );
  if (existing.length > 0 && !replace) {
    throw new TrefoilError('TREFOIL_IDENTITY', 'these identities exist already; --replace makes new ones:', {
      problems: existing.map(({ identity }) => identity.key),
    });
  }
  for (const { node, listen, identity } of configs) {
    const path = identity.key.replace(/\.key$/, '');
    folderFor(path);
    const hosts = listen === undefined ? [] : [nameInCertificate(parseAddress(listen))];
    const made = await createIdentity({ name: node, days, hosts });
    const kept = await saveIdentity(path, made);
    console.log(`${node}: ${identity.certificate}`);
    console.log(`  SHA-256 ${fingerprintOf(made.certificate)}`);
    if (kept.length > 0) console.log(`  the earlier one is kept: ${kept.map((file) => relative('', file)).join(', ')}`);
  }
  console.log(
    '\nGive the .crt files to the other nodes, and compare the fingerprints over another channel, by telephone say.',
  );
  console.log('The .key files stay where they are.');
}

/** Keys that contributors seal for. */
async function makeSealingKeys(files: readonly string[], replace: boolean): Promise<void> {
  const nodes = files.map((file) => loadNodeConfig(file));
  const paths = nodes.map(({ identity }) => identity.key.replace(/\.key$/, ''));
  const existing = paths.map(privateFile).filter(isNamedAlready);
  if (existing.length > 0 && !replace) {
    throw new TrefoilError(
      'TREFOIL_IDENTITY',
      'these keys for contributions exist already; --replace makes new ones:',
      {
        problems: existing,
      },
    );
  }
  for (const [i, { node }] of nodes.entries()) {
    folderFor(paths[i]);
    const made = createSealingKey();
    const kept = await saveSealingKey(paths[i], made);
    console.log(`${node}: ${publicFile(paths[i])}`);
    console.log(`  SHA-256 ${keyFingerprint(made.publicKey)}`);
    if (kept.length > 0) console.log(`  the earlier one is kept: ${kept.map((file) => relative('', file)).join(', ')}`);
  }
  console.log('\nGive the .seal.pub files to the contributors, who compare the fingerprints over another channel.');
  console.log('The .seal.key files stay where they are.');
}

function folderFor(path: string): void {
  const folder = dirname(path);
  try {
    makeFolder(folder);
  } catch (error) {
    throw unwritable('TREFOIL_IDENTITY', 'folder', folder, error);
  }
}

function isNamedAlready(path: string): boolean {
  try {
    return isThere(path);
  } catch (error) {
    throw unwritable('TREFOIL_IDENTITY', 'file', path, error);
  }
}

/**
 * `trefoil identity`: makes the key and the certificate of one node or of several.
 * @module
 */
import { dirname, relative } from 'node:path';
import { TrefoilError } from '../../errors.ts';
import { isThere, unwritable } from '../../file-problem.ts';
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
}

export async function makeIdentities({ config, days, replace }: IdentityOptions): Promise<void> {
  const configs = config.map((file) => loadNodeConfig(file));
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

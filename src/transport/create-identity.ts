/**
 * A new identity: an ECDSA P-256 key and a certificate that it signs itself.
 * @module
 */
import { webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import type { Identity } from './identity.ts';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 86_400_000;

export interface NewIdentity {
  /** The party. */
  readonly name: string;
  /** Names and addresses at which the node listens, besides localhost. */
  readonly hosts?: readonly string[];
  /** How long it is valid. The default is what browsers accept of a certificate at most. */
  readonly days?: number;
  /** From when on, by default now. */
  readonly from?: Date;
}

export async function createIdentity({ name, hosts = [], days = 825, from }: NewIdentity): Promise<Identity> {
  const {
    BasicConstraintsExtension,
    ExtendedKeyUsage,
    ExtendedKeyUsageExtension,
    PemConverter,
    SubjectAlternativeNameExtension,
    X509CertificateGenerator,
  } = await certificates();
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  // An hour of grace for a peer whose clock is behind.
  const notBefore = from ?? new Date(Date.now() - 3_600_000);
  const names = new Set(['localhost', '127.0.0.1', ...hosts]);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [name] }],
    notBefore,
    notAfter: new Date((from ?? new Date()).getTime() + days * DAY_MS),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
      new SubjectAlternativeNameExtension(
        [...names].map((host) => ({ type: isIP(host) === 0 ? ('dns' as const) : ('ip' as const), value: host })),
      ),
    ],
  });
  const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return { key: `${PemConverter.encode(key, 'PRIVATE KEY')}\n`, certificate: `${certificate.toString('pem')}\n` };
}

/** Loaded on demand: it takes longer to load than all else that a node is made of, and a node that starts needs none of it. */
async function certificates(): Promise<typeof import('@peculiar/x509')> {
  await import('reflect-metadata'); // x509 finds its parts through it, so it has to come first
  return await import('@peculiar/x509');
}

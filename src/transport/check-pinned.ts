/**
 * The last check before anybody is contacted: a certificate may have expired since its file was read.
 * @module
 */
import { TrefoilError } from '../errors.ts';
import { checkCertificate, checkKey, OWN, remediesOf } from './certificate.ts';
import type { MeshOptions } from './mesh-options.ts';

/** Throws one `TREFOIL_IDENTITY` with everything that is wrong. */
export function checkPinned({ self, identity, peers }: MeshOptions): void {
  const problems: string[] = [];
  const own = `the certificate of ${self}`;
  checkCertificate(identity.certificate, own, OWN, problems);
  checkKey(identity.key, identity.certificate, `the key of ${self}`, own, OWN, problems);
  const owners = new Map<string, string>();
  for (const [name, { certificate }] of Object.entries(peers)) {
    const checked = checkCertificate(certificate, `the certificate of ${name}`, remediesOf(name), problems);
    if (checked === undefined) continue;
    const other = owners.get(checked.fingerprint);
    if (other !== undefined) problems.push(`${other} and ${name} have the same certificate; ask both for their own`);
    owners.set(checked.fingerprint, name);
  }
  if (problems.length > 0) {
    throw new TrefoilError('TREFOIL_IDENTITY', 'certificates have problems:', { problems, place: { party: self } });
  }
}

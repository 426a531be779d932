/**
 * What Trefoil checks of a certificate or a key before it contacts anybody. Peers pin each other's exact certificate, so there
 * is no authority and no chain: what counts is that it is the right one and within its dates.
 * @module
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { plain } from './faults.ts';

const DAY_MS = 86_400_000;
/** Days before the end of a certificate from which on there is a warning. */
const WARNING_DAYS = 30;

/** What to do about a file of an identity. */
export interface Remedies {
  /** It does not exist. */
  readonly missing: string;
  /** It is out of its dates, or soon will be. */
  readonly renew: string;
  /** It is another one than it should be, or none. */
  readonly wrong: string;
}

const REPLACE =
  'run `trefoil identity --config FILE --replace` with this node’s configuration and send the new .crt to all peers, who need it to let this node in';

export const OWN: Remedies = {
  missing: 'run `trefoil identity --config FILE` with this node’s configuration and send the .crt to all peers',
  renew: REPLACE,
  wrong: `check the path in the configuration, or ${REPLACE}`,
};

/** What to do about the certificate of a peer: only the peer can renew it. */
export function remediesOf(peer: string): Remedies {
  return {
    missing: `ask ${peer} for its current .crt`,
    renew: `${peer} has to run \`trefoil identity --config FILE --replace\` and to send all peers its new .crt: ask for it`,
    wrong: `ask ${peer} for its current .crt`,
  };
}

export interface Certificate {
  /** PEM. */
  readonly certificate: string;
  /** The party that the certificate is made out to: its common name. */
  readonly name: string;
  /** SHA-256, 'AA:BB:…'. */
  readonly fingerprint: string;
  readonly daysLeft: number;
  /** That it ends soon, if it does. */
  readonly warning: string | undefined;
}

/** Reads a certificate in PEM. What is wrong with it goes to `problems`, each sentence beginning with `label` and ending with a remedy. */
export function checkCertificate(
  pem: string,
  label: string,
  { renew, wrong }: Remedies,
  problems: string[],
  now = new Date(),
): Certificate | undefined {
  let parsed: X509Certificate;
  try {
    parsed = new X509Certificate(pem);
  } catch {
    problems.push(`${label} is not a certificate in PEM; ${wrong}`);
    return undefined;
  }
  const from = new Date(parsed.validFrom);
  const to = new Date(parsed.validTo);
  if (now < from) {
    problems.push(`${label} is not valid before ${day(from)}; check this machine's clock, or ${wrong}`);
  } else if (now >= to) {
    problems.push(`${label} expired on ${day(to)}; ${renew}`);
  }
  const daysLeft = Math.floor((to.getTime() - now.getTime()) / DAY_MS);
  return {
    certificate: pem,
    name: plain(/^CN=(.*)$/m.exec(parsed.subject)?.[1] ?? '', 100),
    fingerprint: parsed.fingerprint256,
    daysLeft,
    warning: daysLeft < WARNING_DAYS ? `${label} expires on ${day(to)}; ${renew}` : undefined,
  };
}

/** What is wrong with a private key in PEM, given the certificate that it belongs to. */
export function checkKey(
  pem: string,
  certificate: string,
  label: string,
  certificateLabel: string,
  { wrong }: Remedies,
  problems: string[],
): void {
  let matches: boolean;
  try {
    matches = new X509Certificate(certificate).checkPrivateKey(createPrivateKey(pem));
  } catch {
    problems.push(`${label} is not a private key in PEM; ${wrong}`);
    return;
  }
  if (!matches) problems.push(`${label} is not the key of ${certificateLabel}; ${wrong}`);
}

/** SHA-256 of a certificate in PEM, 'AA:BB:…'. */
export function fingerprintOf(pem: string): string {
  return new X509Certificate(pem).fingerprint256;
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}

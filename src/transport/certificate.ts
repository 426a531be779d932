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

/** What to do about a certificate of one's own. */
export const RENEW = 'run `trefoil identity --config FILE` again and send the new .crt to the peers';

/** What to do about a peer's. */
export function renewalBy(peer: string): string {
  return `ask ${peer} for its current .crt`;
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

/** Reads a certificate in PEM. What is wrong with it goes to `problems`, each sentence beginning with `label` and ending with `remedy`. */
export function checkCertificate(
  pem: string,
  label: string,
  remedy: string,
  problems: string[],
  now = new Date(),
): Certificate | undefined {
  let parsed: X509Certificate;
  try {
    parsed = new X509Certificate(pem);
  } catch {
    problems.push(`${label} is not a certificate in PEM; ${remedy}`);
    return undefined;
  }
  const from = new Date(parsed.validFrom);
  const to = new Date(parsed.validTo);
  if (now < from) {
    problems.push(`${label} is not valid before ${day(from)}; check this machine's clock, or ${remedy}`);
  } else if (now >= to) {
    problems.push(`${label} expired on ${day(to)}; ${remedy}`);
  }
  const daysLeft = Math.floor((to.getTime() - now.getTime()) / DAY_MS);
  return {
    certificate: pem,
    name: plain(/^CN=(.*)$/m.exec(parsed.subject)?.[1] ?? '', 100),
    fingerprint: parsed.fingerprint256,
    daysLeft,
    warning: daysLeft < WARNING_DAYS ? `${label} expires on ${day(to)}; ${remedy}` : undefined,
  };
}

/** What is wrong with a private key in PEM, given the certificate that it belongs to. */
export function checkKey(
  pem: string,
  certificate: string,
  label: string,
  certificateLabel: string,
  remedy: string,
  problems: string[],
): void {
  let matches: boolean;
  try {
    matches = new X509Certificate(certificate).checkPrivateKey(createPrivateKey(pem));
  } catch {
    problems.push(`${label} is not a private key in PEM; ${remedy}`);
    return;
  }
  if (!matches) problems.push(`${label} is not the key of ${certificateLabel}; ${remedy}`);
}

/** SHA-256 of a certificate in PEM, 'AA:BB:…'. */
export function fingerprintOf(pem: string): string {
  return new X509Certificate(pem).fingerprint256;
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}

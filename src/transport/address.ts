/**
 * Where a node listens or is reached: `host:port`, as a name, as IPv4, or as IPv6 in brackets, with a zone where it is link-local.
 * @module
 */
import { isIPv4, isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';

export interface Address {
  /** A name or a number, without brackets. */
  readonly host: string;
  readonly port: number;
}

const MOST_PORT = 65_535;
/** RFC 1035, section 2.3.4. */
const MOST_NAME = 253;
const MOST_LABEL = 63;

/** What stands in brackets or before the first colon, and after the colon that follows. */
const FORM = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::([^:]*))?$/s;

/** The parts of an address in which `addressProblem` finds nothing. */
export function parseAddress(text: string): Address {
  const [, bracketed, name = '', port] = FORM.exec(text) ?? [];
  return { host: bracketed ?? name, port: Number(port) };
}

/** The host as a certificate has it: without the zone, which is this machine's name of a network, and without the dot at the end; IPv6 in groups alone. */
export function nameInCertificate({ host }: Address): string {
  const bare = host.replace(/%.*$/, '');
  return isIPv6(bare) ? new URL(`http://[${bare}]`).hostname.slice(1, -1) : host.replace(/\.$/, '');
}

/** What is wrong with an address, if anything: the end of a sentence about it. Where a node listens, port 0 takes a free one. */
export function addressProblem(text: string, smallestPort: number): string | undefined {
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(text)?.[0];
  if (scheme !== undefined) return `leave '${scheme}' out`;
  const strange = /[\s\p{Cc}\p{Cf}/\\@?#,;'"]/u.exec(text)?.[0];
  if (strange !== undefined) return `${JSON.stringify(strange)} must not be in it`;
  if (isIPv6(text)) return `an IPv6 address stands in brackets and has a port after them, as [${text}]:7101`;
  const form = FORM.exec(text);
  if (form === null) return formProblem(text);
  const [, bracketed, name = '', port] = form;
  if (port === undefined || port === '') return `it has no port, as in ${text.replace(/:$/, '')}:7101`;
  if (!/^\d+$/.test(port)) return `the port '${port}' is not a number`;
  if (Number(port) < smallestPort || Number(port) > MOST_PORT) {
    return `the port ${port} is not from ${smallestPort} to ${MOST_PORT}`;
  }
  return bracketed === undefined ? nameProblem(name, port) : bracketedProblem(bracketed, port);
}

function formProblem(text: string): string {
  const [, host = '', port = ''] = /^(.*):([^:]*)$/s.exec(text) ?? [];
  if (isIPv6(host)) return `an IPv6 address stands in brackets, as [${host}]:${port}`;
  return /[[\]]/.test(text)
    ? 'brackets are for an IPv6 address, with the port after them, as [::1]:7101'
    : "it has more than one ':', which an IPv6 address in brackets alone may have";
}

function bracketedProblem(host: string, port: string): string | undefined {
  if (!isIPv6(host)) {
    return host.includes(':')
      ? `'${host}' is no IPv6 address`
      : `brackets are for IPv6 addresses alone; write ${host}:${port}`;
  }
  return /^fe[89ab]/i.test(host) && !host.includes('%')
    ? `a link-local address holds on one network alone; name this machine's interface to it, as [${host}%eth0]:${port}`
    : undefined;
}

/** Names as resolvers take them: those of containers have underscores, and a dot at the end says that no domain is added. */
function nameProblem(name: string, port: string): string | undefined {
  if (name === '') return `the host before ':${port}' is missing`;
  const ascii = domainToASCII(name);
  if (/[^\p{ASCII}]/u.test(name))
    return `write '${name}' in the letters of the DNS${ascii === '' ? '' : `: ${ascii}:${port}`}`;
  const strange = /[^a-z0-9._-]/i.exec(name)?.[0];
  if (strange !== undefined) return `a host name has letters, digits, '-', '_' and '.', no '${strange}'`;
  const labels = name.replace(/\.$/, '').split('.');
  if (labels.includes(''))
    return `a part of the host name '${name}' is empty: two dots follow each other, or one begins it`;
  const long = labels.find((label) => label.length > MOST_LABEL);
  if (long !== undefined) return `the part '${long}' of the host name has more than ${MOST_LABEL} characters`;
  if (name.length > MOST_NAME) return `the host name has more than ${MOST_NAME} characters`;
  const isNumber = /^(?:\d+|0x[0-9a-f]*)$/i.test(labels.at(-1) ?? '');
  return isNumber && !isIPv4(name) ? `'${name}' ends in a number and is no IPv4 address` : undefined;
}

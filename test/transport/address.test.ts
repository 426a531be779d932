import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressProblem, nameInCertificate, parseAddress } from '../../src/transport/address.ts';

describe('an address', () => {
  it.each<[text: string, host: string, port: number]>([
    ['localhost:1', 'localhost', 1],
    ['10.0.0.5:65535', '10.0.0.5', 65535],
    ['0.0.0.0:7101', '0.0.0.0', 7101],
    ['[::1]:7101', '::1', 7101],
    ['[::]:7101', '::', 7101],
    ['north.example.org:443', 'north.example.org', 443],
    ['north.example.org.:443', 'north.example.org.', 443],
    ['North.EXAMPLE.org:07101', 'North.EXAMPLE.org', 7101],
    ['node_north:7201', 'node_north', 7201],
    ['_a-b.c_d:1', '_a-b.c_d', 1],
    ['3com.example:1', '3com.example', 1],
    ['[::ffff:1.2.3.4]:7101', '::ffff:1.2.3.4', 7101],
    ['[2001:DB8::7]:7101', '2001:DB8::7', 7101],
    ['[fe80::1%eth0]:7101', 'fe80::1%eth0', 7101],
    [`${'a'.repeat(63)}:1`, 'a'.repeat(63), 1],
  ])('may be %s', (text, host, port) => {
    expect(addressProblem(text, 1)).toBeUndefined();
    expect(parseAddress(text)).toEqual({ host, port });
  });

  it.each<[text: string, problem: string]>([
    ['', 'it has no port, as in :7101'],
    ['localhost', 'it has no port, as in localhost:7101'],
    ['localhost:', 'it has no port, as in localhost:7101'],
    [':7101', "the host before ':7101' is missing"],
    ['localhost:70000', 'the port 70000 is not from 1 to 65535'],
    ['localhost:0', 'the port 0 is not from 1 to 65535'],
    ['localhost:-1', "the port '-1' is not a number"],
    ['localhost:https', "the port 'https' is not a number"],
    ['https://north:7101', "leave 'https://' out"],
    ['north:7101/', '"/" must not be in it'],
    ['north east:7101', '" " must not be in it'],
    ['north:7101\n', '"\\n" must not be in it'],
    ['a@north:7101', '"@" must not be in it'],
    ['::1', 'an IPv6 address stands in brackets and has a port after them, as [::1]:7101'],
    ['2001:db8:0:0:0:0:0:7:7101', 'an IPv6 address stands in brackets, as [2001:db8:0:0:0:0:0:7]:7101'],
    ['a:b:7101', "it has more than one ':', which an IPv6 address in brackets alone may have"],
    ['[::1:7101', 'brackets are for an IPv6 address, with the port after them, as [::1]:7101'],
    ['[::1]7101', 'brackets are for an IPv6 address, with the port after them, as [::1]:7101'],
    ['[::1]', 'it has no port, as in [::1]:7101'],
    ['[10.0.0.5]:7101', 'brackets are for IPv6 addresses alone; write 10.0.0.5:7101'],
    ['[::12345]:7101', "'::12345' is no IPv6 address"],
    [
      '[fe80::1]:7101',
      "a link-local address holds on one network alone; name this machine's interface to it, as [fe80::1%eth0]:7101",
    ],
    ['nörd.example:7101', "write 'nörd.example' in the letters of the DNS: xn--nrd-sna.example:7101"],
    ['north!:7101', "a host name has letters, digits, '-', '_' and '.', no '!'"],
    ['a..b:1', "a part of the host name 'a..b' is empty: two dots follow each other, or one begins it"],
    ['.b:1', "a part of the host name '.b' is empty: two dots follow each other, or one begins it"],
    [`${'a'.repeat(64)}:1`, `the part '${'a'.repeat(64)}' of the host name has more than 63 characters`],
    [`${'a.'.repeat(127)}:1`, 'the host name has more than 253 characters'],
    ['256.1.1.1:1', "'256.1.1.1' ends in a number and is no IPv4 address"],
    ['10.0.5:1', "'10.0.5' ends in a number and is no IPv4 address"],
  ])('%j is refused with what is wrong', (text, problem) => {
    expect(addressProblem(text, 1)).toBe(problem);
  });

  it('that is not refused has a host and a port', () => {
    const part = fc.constantFrom('a', 'B', '_', '-', '.', ':', '[', ']', '%', '1', '65536', '::1', 'fe80::', ' ', 'ö');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const text = parts.join('');
        if (addressProblem(text, 0) !== undefined) return;
        const { host, port } = parseAddress(text);
        expect(host).not.toBe('');
        expect(Number.isInteger(port) && port >= 0 && port <= 65_535).toBe(true);
        expect([`${host}:${port}`, `[${host}]:${port}`]).toContain(text.replace(/:0*(?=\d)/, ':'));
      }),
    );
  });

  it.each([
    ['node_north:7201', 'node_north'],
    ['North.example.org.:7201', 'North.example.org'],
    ['10.1.2.3:4', '10.1.2.3'],
    ['[fe80::1%eth0]:7101', 'fe80::1'],
    ['[::ffff:1.2.3.4]:7101', '::ffff:102:304'],
    ['[::]:7101', '::'],
  ])('%s stands in a certificate as %s', (text, name) => {
    expect(nameInCertificate(parseAddress(text))).toBe(name);
  });
});

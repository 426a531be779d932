/**
 * Connections that have not shown a pinned certificate: bounded in all and by address, so that whoever opens many keeps nobody out.
 *
 * A connection beyond a bound closes an older one and not itself, since a flood never ends while a peer needs a moment. One that has sent nothing goes
 * first: a peer speaks at once.
 * @module
 */
import { isIPv6, type Socket } from 'node:net';

/** A job has at most three nodes that dial one, and each tries a few times a second. */
const MOST = 128;
const MOST_OF_ADDRESS = 64;
/** How long a connection may take to show a certificate and to open a stream. */
const MOST_MS = 10_000;

interface Connection {
  readonly socket: Socket;
  readonly address: string;
  readonly deadline: NodeJS.Timeout;
}

export class PendingConnections {
  /** By remote address and port, the oldest first. */
  readonly #connections = new Map<string, Connection>();
  #refused = 0;
  #refusedFrom = '';
  #crowdedOut = 0;
  #crowdedFrom = '';

  get size(): number {
    return this.#connections.size;
  }

  add(socket: Socket): void {
    const { remoteAddress = '', remotePort } = socket;
    const from = `${remoteAddress}:${remotePort}`;
    const deadline = setTimeout(() => socket.destroy(), MOST_MS);
    this.#connections.set(from, { socket, address: networkOf(remoteAddress), deadline });
    socket.once('close', () => {
      if (!this.#forget(from)) return;
      this.#refused += 1;
      this.#refusedFrom = from;
    });
    this.#makeRoom(networkOf(remoteAddress));
  }

  /** A connection that has shown a pinned certificate and opened a stream. */
  take(from: string): Socket | undefined {
    const socket = this.#connections.get(from)?.socket;
    this.#forget(from);
    return socket;
  }

  /** What became of connections without a stream, as an addition to 'waiting for east to connect'. */
  get refusal(): string {
    const refused =
      this.#refused === 0
        ? []
        : [
            `a connection from ${this.#refusedFrom} ended in the TLS handshake: one of the two nodes shows another certificate than the other one has of it`,
          ];
    const crowded =
      this.#crowdedOut === 0
        ? []
        : [
            `${this.#crowdedOut} connections that had shown no certificate were closed for being too many, the last from ${this.#crowdedFrom}`,
          ];
    const all = [...refused, ...crowded];
    return all.length === 0 ? '' : ` (${all.join('; ')})`;
  }

  closeAll(): void {
    for (const [from, { socket }] of [...this.#connections]) {
      this.#forget(from);
      socket.destroy();
    }
  }

  #makeRoom(address: string): void {
    const of = [...this.#connections].filter(([, connection]) => connection.address === address);
    if (of.length > MOST_OF_ADDRESS) this.#close(of.slice(0, -1));
    else if (this.#connections.size > MOST) this.#close(this.#mostOfOneAddress(address));
  }

  /** Those of the address that has most of them, without the newest of all, which has just come. */
  #mostOfOneAddress(newest: string): [string, Connection][] {
    const groups = new Map<string, [string, Connection][]>();
    for (const entry of [...this.#connections].slice(0, -1)) {
      const { address } = entry[1];
      groups.set(address, [...(groups.get(address) ?? []), entry]);
    }
    const sizes = [...groups].sort(
      ([a, x], [b, y]) => y.length - x.length || Number(a === newest) - Number(b === newest),
    );
    return sizes[0][1];
  }

  #close(candidates: readonly [string, Connection][]): void {
    const [from, { socket }] = candidates.find(([, connection]) => connection.socket.bytesRead === 0) ?? candidates[0];
    this.#forget(from);
    this.#crowdedOut += 1;
    this.#crowdedFrom = from;
    socket.destroy();
  }

  #forget(from: string): boolean {
    clearTimeout(this.#connections.get(from)?.deadline);
    return this.#connections.delete(from);
  }
}

/** What one host can take addresses from at will: of IPv6 the first 64 bits. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:([\d.]+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.replace(/%.*$/, '').toLowerCase().split('::');
  const front = head === '' ? [] : head.split(':');
  const back = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - front.length - back.length;
  const groups = [...front, ...Array.from({ length: zeros }, () => '0'), ...back];
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}

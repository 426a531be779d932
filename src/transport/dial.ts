/**
 * The dialling end: tries until the peer listens, and tells a peer that is not there yet from one that will never do.
 * @module
 */
import { Client, type ClientDuplexStream, type ServiceError, status } from '@grpc/grpc-js';
import { TrefoilError } from '../errors.ts';
import { fingerprintOf, remediesOf } from './certificate.ts';
import { channelOptions, dialCredentials } from './credentials.ts';
import { plain } from './faults.ts';
import type { Wire } from './grpc-link.ts';
import type { MeshOptions } from './mesh-options.ts';

const RETRY_MS = 250;
/** A peer that is just starting or stopping may drop a connection once. */
const MAX_DROPS = 2;

const pass = (bytes: Buffer): Buffer => bytes;

export class DialledWire implements Wire {
  /** How the call failed, if it did. */
  error: ServiceError | undefined;
  private readonly client: Client;
  private readonly stream: ClientDuplexStream<Buffer, Buffer>;

  constructor(client: Client, path: string) {
    this.client = client;
    this.stream = client.makeBidiStreamRequest(path, pass, pass);
  }

  write(frame: Buffer, onWritten?: () => void): void {
    this.stream.write(frame, onWritten);
  }

  finish(): void {
    this.stream.end();
  }

  kill(): void {
    this.stream.cancel();
    this.client.close();
  }

  listen(onFrame: (frame: Buffer) => void, onClosed: (reason: string) => void): void {
    this.stream.on('error', (error: ServiceError) => {
      this.error = error;
    });
    this.stream.on('data', onFrame);
    // Comes after every frame that was received, with or without an error before it.
    this.stream.on('end', () => {
      this.client.close();
      onClosed(
        this.error === undefined
          ? 'closed its stream before the run was over'
          : `is gone: ${plain(this.error.details, 200)}`,
      );
    });
  }
}

/**
 * Keeps trying to reach one peer. `open` makes a link on the stream of each attempt, and that link calls `lost` if it ends before the
 * peer has introduced itself.
 */
export class Dialler {
  private readonly peer: string;
  private readonly address: string;
  private readonly path: string;
  private readonly options: MeshOptions;
  private readonly open: (wire: Wire, lost: () => void) => void;
  private readonly fail: (error: TrefoilError) => void;
  private timer: NodeJS.Timeout | undefined;
  private reason = 'no answer';
  private drops = 0;
  private isStopped = false;

  constructor(
    peer: string,
    address: string,
    path: string,
    options: MeshOptions,
    open: (wire: Wire, lost: () => void) => void,
    fail: (error: TrefoilError) => void,
  ) {
    this.peer = peer;
    this.address = address;
    this.path = path;
    this.options = options;
    this.open = open;
    this.fail = fail;
  }

  /** 'east at host:port (connection refused)' */
  get waitingFor(): string {
    return `${this.peer} at ${this.address} (${this.reason})`;
  }

  /** Tries, and from then on again and again until it is stopped. */
  attempt(): void {
    this.isStopped = false;
    let certificate: 'unseen' | 'right' | 'wrong' = 'unseen';
    let shown = '';
    const { peers } = this.options;
    const pinned = fingerprintOf(peers[this.peer].certificate);
    const credentials = dialCredentials(this.options, ({ fingerprint256 }) => {
      certificate = fingerprint256 === pinned ? 'right' : 'wrong';
      if (certificate === 'right') return undefined;
      shown = Object.keys(peers).find((name) => fingerprintOf(peers[name].certificate) === fingerprint256) ?? '';
      return new Error('another certificate is pinned');
    });
    const client = new Client(`dns:${this.address}`, credentials, channelOptions(this.options.silenceSeconds));
    const wire = new DialledWire(client, this.path);
    this.open(wire, () => {
      if (this.isStopped) return;
      const details = wire.error?.details ?? '';
      const fault =
        certificate === 'wrong'
          ? this.wrongCertificate(`the certificate of ${shown}`)
          : this.refusal(details, certificate === 'right', wire.error?.code);
      if (fault !== undefined) {
        this.fail(fault);
        return;
      }
      this.reason = brief(details);
      this.timer = setTimeout(() => this.attempt(), RETRY_MS);
    });
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  /** Why no further attempt can succeed, if so. */
  private refusal(details: string, certificateIsRight: boolean, code: status | undefined): TrefoilError | undefined {
    const { peer, address } = this;
    const place = { party: peer };
    if (code === status.UNIMPLEMENTED) {
      return new TrefoilError(
        'TREFOIL_DISAGREEMENT',
        `${peer} at ${address} speaks another version of the protocol; run the same version of Trefoil on all nodes`,
        { place },
      );
    }
    if (certificateIsRight) {
      this.drops += 1;
      if (this.drops < MAX_DROPS) return undefined;
      return new TrefoilError(
        'TREFOIL_IDENTITY',
        `${peer} at ${address} drops the connection once it sees the certificate of ${this.options.self}; ` +
          `send ${peer} the current .crt of ${this.options.self}, and check that it has not expired`,
        { place },
      );
    }
    if (/expired/i.test(details)) return this.wrongCertificate('a certificate that has expired', 'renew');
    return /certificate/i.test(details)
      ? this.wrongCertificate('a certificate that belongs to no node of this job')
      : undefined;
  }

  private wrongCertificate(shown: string, remedy: 'renew' | 'wrong' = 'wrong'): TrefoilError {
    const { peer, address } = this;
    return new TrefoilError(
      'TREFOIL_IDENTITY',
      `the node at ${address} shows ${shown} where the pinned one of ${peer} is expected; check the address, and ${remediesOf(peer)[remedy]}`,
      { place: { party: peer } },
    );
  }
}

function brief(details: string): string {
  if (/ECONNREFUSED/.test(details)) return 'connection refused';
  if (/ENOTFOUND|EAI_AGAIN|Name resolution/.test(details)) return 'no such host';
  if (/ETIMEDOUT|EHOSTUNREACH|ENETUNREACH/.test(details)) return 'host does not answer';
  // gRPC's words for no reason that it knows.
  if (/^No connection established/.test(details)) return 'connection dropped';
  return plain(details, 120) || 'connection dropped';
}

/**
 * The accepting end: listens until every peer has come, and knows who they are by their certificates.
 * @module
 */
import type { Http2SecureServer } from 'node:http2';
import { createServer, type Server as Listener, type Socket } from 'node:net';
import { Server, type ServerDuplexStream } from '@grpc/grpc-js';
import { TrefoilError } from '../errors.ts';
import { parseAddress } from './address.ts';
import { AcceptCredentials, channelOptions, WINDOW_BYTES } from './credentials.ts';
import { FRAME_BYTES, type LinkService } from './frames.ts';
import type { Wire } from './grpc-link.ts';
import type { MeshOptions } from './mesh-options.ts';
import { PendingConnections } from './pending.ts';

/** How long a peer that is slow to hang up is waited for. */
const SHUTDOWN_MS = 500;

const GONE = 'is gone: it ended or froze, or the network broke';

const pass = (bytes: Buffer): Buffer => bytes;

class AcceptedWire implements Wire {
  private readonly stream: ServerDuplexStream<Buffer, Buffer>;
  private readonly socket: Socket | undefined;

  constructor(stream: ServerDuplexStream<Buffer, Buffer>, socket: Socket | undefined) {
    this.stream = stream;
    this.socket = socket;
  }

  write(frame: Buffer, onWritten?: () => void): void {
    this.stream.write(frame, onWritten);
  }

  finish(): void {
    this.stream.end();
  }

  kill(): void {
    this.stream.destroy();
  }

  listen(onFrame: (frame: Buffer) => void, onClosed: (reason: string) => void): void {
    let closed = false;
    const close = (reason: string): void => {
      if (!closed) onClosed(reason);
      closed = true;
    };
    this.stream.on('data', onFrame);
    this.stream.on('end', () => {
      this.stream.end();
      close(GONE);
    });
    this.stream.on('close', () => {
      // On this side gRPC tells nobody why it refuses a frame; the connection shows that it is not the peer that left.
      close(this.socket?.readyState === 'open' ? `broke off, or sent a frame above ${FRAME_BYTES} bytes` : GONE);
    });
  }
}

/** A stream that a peer opened. The fingerprint is that of the certificate it has proven to own. */
export type OnStream = (wire: Wire, service: LinkService, fingerprint: string) => void;

export class Acceptor {
  readonly port: number;
  private readonly listener: Listener;
  private readonly server: Server;
  private readonly pending = new PendingConnections();

  private constructor(listener: Listener, port: number, server: Server) {
    this.listener = listener;
    this.port = port;
    this.server = server;
  }

  static async listen(
    address: string,
    options: MeshOptions,
    services: Readonly<Record<string, LinkService>>,
    onStream: OnStream,
  ): Promise<Acceptor> {
    const listener = createServer({ noDelay: true });
    const port = await listenAt(listener, address);
    const server = new Server(channelOptions(options.silenceSeconds));
    const acceptor = new Acceptor(listener, port, server);
    for (const service of Object.values(services)) {
      server.register(
        service.path,
        (stream: ServerDuplexStream<Buffer, Buffer>) => {
          const socket = acceptor.pending.take(stream.getPeer());
          const fingerprint = stream.getAuthContext().sslPeerCertificate?.fingerprint256 ?? '';
          onStream(new AcceptedWire(stream, socket), service, fingerprint);
        },
        pass,
        pass,
        'bidi',
      );
    }
    // gRPC takes connections but does not listen itself: it would hide which of them fail during the TLS handshake.
    const injector = server.createConnectionInjector(new AcceptCredentials(options));
    widenConnections(server);
    listener.on('connection', (socket) => {
      acceptor.pending.add(socket);
      injector.injectConnection(socket);
    });
    return acceptor;
  }

  /** What became of connections without a stream, as an addition to 'waiting for east to connect'. */
  get refusal(): string {
    return this.pending.refusal;
  }

  /** All are here: nobody else can connect from now on. */
  stopListening(): void {
    this.listener.close();
    this.pending.closeAll();
  }

  async shutdown(): Promise<void> {
    this.stopListening();
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      timer = setTimeout(resolve, SHUTDOWN_MS);
      this.server.tryShutdown(() => resolve());
    });
    clearTimeout(timer);
    this.server.forceShutdown();
  }
}

/**
 * gRPC gives the whole connection its window on the dialling side alone (grpc-node, pull request 3058). With the 64 KiB of HTTP/2 a message to the
 * accepting side would take a round trip for each, and stand still while its sender computes.
 */
function widenConnections(server: Server): void {
  const { http2Servers } = server as unknown as { readonly http2Servers: ReadonlyMap<Http2SecureServer, unknown> };
  for (const http2 of http2Servers.keys()) http2.on('session', (session) => session.setLocalWindowSize(WINDOW_BYTES));
}

const LISTEN_FAULTS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program uses that port',
  EADDRNOTAVAIL: 'this machine has no such address; 0.0.0.0 and [::] stand for all that it has',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'no such host',
  EACCES: 'this user may not use that port; those from 1024 up are free for all',
  EINVAL: 'this machine has no such interface',
};

function listenAt(listener: Listener, address: string): Promise<number> {
  const { host, port } = parseAddress(address);
  return new Promise((resolve, reject) => {
    listener.once('error', (error: NodeJS.ErrnoException) => {
      const reason = LISTEN_FAULTS[error.code ?? ''] ?? error.code ?? 'it is no host:port';
      reject(
        new TrefoilError('TREFOIL_CONFIG', `can not listen at ${address}: ${reason}; change the address to listen at`),
      );
    });
    listener.listen({ host, port }, () => {
      const bound = listener.address();
      resolve(typeof bound === 'object' && bound !== null ? bound.port : 0);
    });
  });
}

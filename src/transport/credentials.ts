/**
 * Mutual TLS with pinned certificates, and the settings of the gRPC channel. There is no other way to connect.
 * @module
 */
import { createSecureContext, type PeerCertificate } from 'node:tls';
import { ChannelCredentials, type ChannelOptions, ServerCredentials } from '@grpc/grpc-js';
import { FRAME_BYTES } from './frames.ts';
import type { MeshOptions } from './mesh-options.ts';

/** Bytes on the way at once, so that a message does not wait for round trips. */
export const WINDOW_BYTES = 4 << 20;

/** A frozen peer or a dead network is noticed within the sum of both times, so no node may block its own thread for that long. */
const KEEPALIVE_MS = 2000;
const KEEPALIVE_TIMEOUT_MS = 4000;

/** An answer of a node that computes for so long between two messages may take as much longer: a slice does, where others keep the node's cores busy. */
export const channelOptions = (silenceSeconds = 0): ChannelOptions => ({
  'grpc.keepalive_time_ms': KEEPALIVE_MS,
  'grpc.keepalive_timeout_ms': KEEPALIVE_TIMEOUT_MS + Math.round(1000 * silenceSeconds),
  'grpc.keepalive_permit_without_calls': 1,
  'grpc.max_send_message_length': FRAME_BYTES,
  'grpc.max_receive_message_length': FRAME_BYTES,
  'grpc.enable_retries': 0,
  'grpc.enable_channelz': 0,
  'grpc.enable_http_proxy': 0,
  'grpc.service_config_disable_resolution': 1,
  // Every attempt to connect is its own, so that its failure is its own too.
  'grpc.use_local_subchannel_pool': 1,
  // Names are not what is verified here; without this an IP address would be sent as one, which TLS forbids.
  'grpc.ssl_target_name_override': 'trefoil',
  'grpc-node.flow_control_window': WINDOW_BYTES,
});

function tls({ identity, peers }: MeshOptions) {
  return {
    key: identity.key,
    cert: identity.certificate,
    ca: Object.values(peers).map(({ certificate }) => certificate),
    minVersion: 'TLSv1.3',
  } as const;
}

/** Credentials for dialling. `check` sees the certificate of the other end once the TLS handshake has accepted it as a pinned one. */
export function dialCredentials(
  options: MeshOptions,
  check: (certificate: PeerCertificate) => Error | undefined,
): ChannelCredentials {
  return ChannelCredentials.createFromSecureContext(createSecureContext(tls(options)), {
    checkServerIdentity: (_host, certificate) => check(certificate),
  });
}

/** Credentials for accepting: who shows none of the pinned certificates is refused. */
export class AcceptCredentials extends ServerCredentials {
  constructor(options: MeshOptions) {
    const context = tls(options);
    super(
      {
        requestCert: true,
        rejectUnauthorized: true,
        minVersion: context.minVersion,
        handshakeTimeout: 5000,
        settings: { initialWindowSize: WINDOW_BYTES },
      },
      context,
    );
  }

  override _equals(other: ServerCredentials): boolean {
    return this === other;
  }
}

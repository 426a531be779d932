// A peer that holds a valid certificate and keeps to no protocol: plain gRPC, bytes as they come. Plain JavaScript, so that it can
// be a process of its own too: `node raw-peer.mjs '{"links": [[peer]], "hello": …}'` introduces itself, prints a line and then sits there.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { Client, credentials } from '@grpc/grpc-js';
import protobuf from 'protobufjs';

const { root } = protobuf.parse(readFileSync(new URL('../../proto/trefoil.proto', import.meta.url), 'utf8'));

/** Bytes of one frame of the given type. */
export function frameBytes(type, content) {
  return Buffer.from(root.lookupType(`trefoil.v1.${type}`).encode(content).finish());
}

/** A stream to a peer: { address, certificate } of the peer, the own identity, the service. */
export function openRaw({ address, certificate }, identity, service) {
  const roots = Buffer.from(certificate);
  const own = [Buffer.from(identity.key), Buffer.from(identity.certificate)];
  const client = new Client(address, credentials.createSsl(roots, ...own), {
    'grpc.max_send_message_length': -1,
    'grpc.ssl_target_name_override': 'localhost',
  });
  const pass = (bytes) => bytes;
  const stream = client.makeBidiStreamRequest(`/trefoil.v1.${service}/Link`, pass, pass);
  stream.on('error', () => undefined);
  stream.on('end', () => client.close());
  return stream;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { peers, identity } = JSON.parse(process.argv[2]);
  let greeted = 0;
  for (const { service, type, hello, ...peer } of peers) {
    const stream = openRaw(peer, identity, service);
    stream.write(frameBytes(type, { hello: { ...hello, nonce: new Uint8Array(32), publicKey: new Uint8Array(32) } }));
    stream.once('data', () => {
      greeted += 1;
      if (greeted === peers.length) process.send?.('connected');
    });
    stream.resume();
  }
}

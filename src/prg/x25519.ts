/**
 * X25519 (RFC 7748), by the platform: in constant time, which big integers of JavaScript are not.
 * @module
 */
import { createPrivateKey, createPublicKey, diffieHellman, generateKeyPairSync } from 'node:crypto';

export interface KeyPair {
  readonly publicKey: Uint8Array;
  readonly secretKey: Uint8Array;
}

const CURVE = { kty: 'OKP', crv: 'X25519' } as const;
const encoded = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');
const bytesOf = (text = '') => new Uint8Array(Buffer.from(text, 'base64url'));

/** Fresh keys from the platform's generator. */
export function createKeyPair(): KeyPair {
  const { x, d } = generateKeyPairSync('x25519').privateKey.export({ format: 'jwk' });
  return { publicKey: bytesOf(x), secretKey: bytesOf(d) };
}

/** What both owners compute, each from its own secret key and the public key of the other. Throws where that key has a small order. */
export function sharedSecret(own: KeyPair, publicKey: Uint8Array): Uint8Array {
  const [x, d] = [encoded(own.publicKey), encoded(own.secretKey)];
  return new Uint8Array(
    diffieHellman({
      privateKey: createPrivateKey({ key: { ...CURVE, x, d }, format: 'jwk' }),
      publicKey: createPublicKey({ key: { ...CURVE, x: encoded(publicKey) }, format: 'jwk' }),
    }),
  );
}

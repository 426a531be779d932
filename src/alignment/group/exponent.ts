/**
 * Points raised to one secret exponent, by the platform's X25519 in constant time.
 * @module
 */
import { createPrivateKey, createPublicKey, diffieHellman, type KeyObject } from 'node:crypto';
import { ELEMENT_BYTES } from './field.ts';

/** What comes before the 32 bytes of a private key in PKCS #8 (RFC 8410). */
const PRIVATE_KEY = Buffer.from('302e020100300506032b656e04220420', 'hex');

export class Exponent {
  readonly #key: KeyObject;

  /** `scalar`: 32 clamped bytes. */
  constructor(scalar: Uint8Array) {
    this.#key = createPrivateKey({ key: Buffer.concat([PRIVATE_KEY, scalar]), format: 'der', type: 'pkcs8' });
  }

  /**
   * Writes the point at `index` of `points`, raised, to the same place of `raised`. False: the point has no order but a divisor of the cofactor, as the
   * identity, and nothing is written. The point must be encoded canonically.
   */
  raise(points: Uint8Array, index: number, raised: Uint8Array): boolean {
    const at = index * ELEMENT_BYTES;
    const x = Buffer.from(points.buffer, points.byteOffset + at, ELEMENT_BYTES).toString('base64url');
    const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x }, format: 'jwk' });
    try {
      raised.set(diffieHellman({ privateKey: this.#key, publicKey }), at);
      return true;
    } catch {
      // OpenSSL refuses a result of zeros, which clamped scalars give of such points alone.
      return false;
    }
  }
}

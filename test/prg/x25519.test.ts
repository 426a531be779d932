/** The platform's X25519 gives what RFC 7748 and @noble/curves give. */
import { x25519 } from '@noble/curves/ed25519.js';
import { expect, it } from 'vitest';
import { createKeyPair, type KeyPair, sharedSecret } from '../../src/prg/x25519.ts';

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'));

it('gives the vector of RFC 7748, section 6.1', () => {
  const alice: KeyPair = {
    secretKey: bytes('77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a'),
    publicKey: bytes('8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a'),
  };
  const bob: KeyPair = {
    secretKey: bytes('5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb'),
    publicKey: bytes('de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f'),
  };
  const secret = bytes('4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742');
  expect(sharedSecret(alice, bob.publicKey)).toEqual(secret);
  expect(sharedSecret(bob, alice.publicKey)).toEqual(secret);
});

it('gives keys and secrets that @noble/curves gives, each of 32 bytes', () => {
  for (let i = 0; i < 20; i++) {
    const [own, peer] = [createKeyPair(), createKeyPair()];
    expect([own.secretKey.length, own.publicKey.length]).toEqual([32, 32]);
    expect(x25519.getPublicKey(own.secretKey)).toEqual(own.publicKey);
    expect(sharedSecret(own, peer.publicKey)).toEqual(x25519.getSharedSecret(own.secretKey, peer.publicKey));
  }
});

it('refuses a public key of small order, whose secret everybody would know', () => {
  for (const publicKey of [new Uint8Array(32), new Uint8Array(32).fill(1, 0, 1)]) {
    expect(() => sharedSecret(createKeyPair(), publicKey)).toThrow();
  }
});

/**
 * Hybrid public-key encryption in base mode (RFC 9180): DHKEM(P-256, HKDF-SHA256), HKDF-SHA256 and AES-256-GCM, by the package @hpke/core on the
 * platform's own cryptography. Several pieces sealed one after the other have to be opened in the same order.
 * @module
 */
import { createPrivateKey, createPublicKey, webcrypto } from 'node:crypto';

/** What a piece is longer by once it is sealed. */
export const TAG_BYTES = 16;

const ALGORITHM = { name: 'ECDH', namedCurve: 'P-256' };

/** Seals or opens the next piece; `bound` is what the other end has to say of it, too. */
export type NextPiece = (piece: Uint8Array, bound: Uint8Array) => Promise<Uint8Array>;

/** Loaded on demand: a job without contributors needs none of it. */
async function suite() {
  const { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } = await import('@hpke/core');
  return new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
}

const publicKeyOf = (pem: string) =>
  webcrypto.subtle.importKey('spki', createPublicKey(pem).export({ format: 'der', type: 'spki' }), ALGORITHM, true, []);

/** Begins to seal for the holder of a public key in PEM. `info` has to be the same at the other end. */
export async function sealing(
  publicPem: string,
  info: Uint8Array,
): Promise<{ readonly encapsulated: Uint8Array; readonly seal: NextPiece }> {
  const sender = await (await suite()).createSenderContext({ recipientPublicKey: await publicKeyOf(publicPem), info });
  return {
    encapsulated: new Uint8Array(sender.enc),
    seal: async (piece, bound) => new Uint8Array(await sender.seal(piece, bound)),
  };
}

/** Begins to open what was sealed for the holder of a private key in PEM. A piece that is not the one that was sealed makes it reject. */
export async function opening(privatePem: string, encapsulated: Uint8Array, info: Uint8Array): Promise<NextPiece> {
  const key = createPrivateKey(privatePem).export({ format: 'der', type: 'pkcs8' });
  const privateKey = await webcrypto.subtle.importKey('pkcs8', key, ALGORITHM, true, ['deriveBits']);
  const publicPem = createPublicKey(privatePem).export({ format: 'pem', type: 'spki' }).toString();
  const recipientKey = { privateKey, publicKey: await publicKeyOf(publicPem) };
  const recipient = await (await suite()).createRecipientContext({ recipientKey, enc: encapsulated, info });
  return async (piece, bound) => new Uint8Array(await recipient.open(piece, bound));
}

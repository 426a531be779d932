/**
 * Keys of one session: pairwise seeds between the dealer and each evaluator, and the public seed that everybody contributes to.
 *
 * X25519 (RFC 7748) with keys made for this session alone, then HKDF-SHA-256 (RFC 5869) salted with the nonces of *all* nodes
 * and bound to the session's agreement (job, plan, protocol version). A run that is started again has fresh nonces, so no key
 * and no mask is ever used twice.
 * @module
 */
import { randomBytes } from 'node:crypto';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { Stream, type Streams } from './stream.ts';
import { createKeyPair, type KeyPair, sharedSecret } from './x25519.ts';

/** What a node sends to every other before a session. */
export interface Offer {
  readonly nonce: Uint8Array;
  readonly publicKey: Uint8Array;
}

export interface OwnOffer extends Offer, KeyPair {}

/** A fresh nonce and key pair from the platform's generator. */
export function createOffer(): OwnOffer {
  return { nonce: randomBytes(32), ...createKeyPair() };
}

const bytesOf = (text: string) => new TextEncoder().encode(text);

/**
 * SHA-256 over every node's name, nonce and public key, in the order of the job, and the agreed digest. All nodes compare it
 * before anything else is sent, so all of them have seen the same offers.
 */
export function transcript(offers: readonly (readonly [name: string, offer: Offer])[], agreed: string): Uint8Array {
  const hash = sha256.create().update(bytesOf(`trefoil session\0${agreed}\0`));
  for (const [name, { nonce, publicKey }] of offers)
    hash
      .update(bytesOf(`${name}\0`))
      .update(nonce)
      .update(publicKey);
  return hash.digest();
}

/** Derives one stream for each label from a secret: independent keys, never stored. */
export class StreamFamily implements Streams {
  readonly #secret: Uint8Array;
  readonly #salt: Uint8Array;

  constructor(secret: Uint8Array, salt: Uint8Array) {
    this.#secret = secret;
    this.#salt = salt;
  }

  stream(label: string): Stream {
    return new Stream(hkdf(sha256, this.#secret, this.#salt, bytesOf(`trefoil stream\0${label}`), 32));
  }
}

/** The seed that this node shares with `peer`; both ends get the same, nobody else can. */
export function pairwiseStreams(own: OwnOffer, peer: Offer, sessionTranscript: Uint8Array): StreamFamily {
  return new StreamFamily(sharedSecret(own, peer.publicKey), sessionTranscript);
}

/** Public randomness of the run (batch order, initial weights, weights of the alarm): known to every node, chosen by none alone. */
export function publicSeed(sessionTranscript: Uint8Array): Uint8Array {
  return hkdf(sha256, sessionTranscript, undefined, bytesOf('trefoil public seed'), 32);
}

/** Streams of the public seed; a seed in a report reproduces batch order and initial weights. */
export function publicStreams(seed: Uint8Array): StreamFamily {
  return new StreamFamily(seed, bytesOf('trefoil public randomness'));
}

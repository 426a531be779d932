/** Both ends of a pair derive the same streams, nobody else and no other session does. */
import { expect, it } from 'vitest';
import {
  createOffer,
  type OwnOffer,
  pairwiseStreams,
  publicSeed,
  publicStreams,
  transcript,
} from '../../src/prg/session-keys.ts';
import type { Streams } from '../../src/prg/stream.ts';

const NAMES = ['dealer', 'north', 'east', 'south'];
const LABELS = ['material 0', 'material 1', 'material 10', 'alarm 0', ''];
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const prefix = (streams: Streams, label: string) => hex(streams.stream(label).read(0, 32));

const session = (agreed = 'plan', offers: readonly OwnOffer[] = NAMES.map(createOffer)) => {
  const digest = transcript(
    offers.map((offer, i) => [NAMES[i], offer]),
    agreed,
  );
  return { offers, digest, publicStreams: publicStreams(publicSeed(digest)) };
};

it('both ends derive equal streams', () => {
  const { offers, digest } = session();
  const [dealer, ...evaluators] = offers;
  for (const evaluator of evaluators) {
    for (const label of LABELS) {
      expect(prefix(pairwiseStreams(dealer, evaluator, digest), label)).toBe(
        prefix(pairwiseStreams(evaluator, dealer, digest), label),
      );
    }
  }
});

it('no two pairs, labels, sessions or purposes share a stream', () => {
  const seen: string[] = [];
  const collect = ({ offers, digest, publicStreams: everybody }: ReturnType<typeof session>) => {
    const [dealer, ...evaluators] = offers;
    for (const label of LABELS) {
      seen.push(prefix(everybody, label));
      for (const evaluator of evaluators) seen.push(prefix(pairwiseStreams(dealer, evaluator, digest), label));
    }
  };
  const first = session();
  collect(first);
  // The same nodes again, with all keys fresh; with one nonce fresh; with another plan under the same keys.
  collect(session());
  collect(
    session(
      'plan',
      first.offers.map((offer, i) => (i === 3 ? { ...offer, nonce: createOffer().nonce } : offer)),
    ),
  );
  collect(session('another plan', first.offers));
  expect(new Set(seen).size).toBe(seen.length);
});

it('every nonce and every key moves the transcript, and so does their order', () => {
  const { offers } = session();
  const named = offers.map((offer, i) => [NAMES[i], offer] as const);
  const digests = [
    transcript(named, 'plan'),
    transcript(named, 'plan2'),
    transcript([...named].reverse(), 'plan'),
    ...named.flatMap(([, offer], i) => [
      transcript(named.with(i, [NAMES[i], { ...offer, nonce: createOffer().nonce }]), 'plan'),
      transcript(named.with(i, [NAMES[i], { ...offer, publicKey: createOffer().publicKey }]), 'plan'),
      transcript(named.with(i, [`${NAMES[i]}2`, offer]), 'plan'),
    ]),
  ].map(hex);
  expect(new Set(digests).size).toBe(digests.length);
});

it('a run can be ordered again from its public seed', () => {
  const { digest } = session();
  expect(prefix(publicStreams(publicSeed(digest)), 'batch order')).toBe(
    prefix(publicStreams(publicSeed(digest)), 'batch order'),
  );
});

it('offers are never the same', () => {
  const offers = Array.from({ length: 20 }, createOffer).flatMap(({ nonce, publicKey, secretKey }) =>
    [nonce, publicKey, secretKey].map(hex),
  );
  expect(new Set(offers).size).toBe(60);
});

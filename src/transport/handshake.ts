/**
 * What two nodes tell each other first, and what they must agree on before anything else.
 * @module
 */
import { TrefoilError } from '../errors.ts';
import { type Agreement, PROTOCOL } from './agreement-check.ts';
import { malformed, plain } from './faults.ts';
import { type Hello, type LinkService, serviceBetween } from './frames.ts';
import type { MeshOptions, Offer } from './mesh-options.ts';

/** The version of the frames and of what the nodes do with them. */
const PROTOCOL_VERSION = '2';

/** What a node says of itself in the handshake. */
export type Introduction = Pick<MeshOptions, 'self' | 'order' | 'dealer' | 'agreement' | 'offer'>;

export function helloTo(peer: string, options: Introduction): Hello {
  return { from: options.self, to: peer, agreement: agreementOf(options).items, ...keysOf(options.offer) };
}

const keysOf = ({ nonce, publicKey }: Offer) => ({ nonce, publicKey });

/** What must be equal on both ends. */
export function agreementOf({ order, dealer, agreement }: Introduction): Agreement {
  const deals = dealer === undefined ? {} : { dealer };
  const items = { [PROTOCOL]: PROTOCOL_VERSION, nodes: order.join(', '), ...deals, ...agreement.items };
  return { ...agreement, items };
}

/** Checks the introduction of the node whose certificate is the one pinned for `peer`. */
export function checkHello(hello: Hello, peer: string, options: Introduction): Offer {
  const { self } = options;
  if (hello.from !== peer || hello.to !== self) {
    throw new TrefoilError(
      'TREFOIL_IDENTITY',
      `the node that shows the certificate of ${peer} calls itself ${plain(hello.from, 100)} and looks for ${plain(hello.to, 100)}, not for ${self}; ` +
        'check on both nodes which certificate belongs to which name, and the addresses',
      { place: { party: peer } },
    );
  }
  const { nonce, publicKey } = hello;
  if (nonce.length !== 32 || publicKey.length !== 32) throw malformed(peer, 'sent a nonce or a key of a wrong length');
  return { nonce, publicKey, items: hello.agreement };
}

export type Direction = 'dialled' | 'accepted';

/** Nodes that agree on everything meet on one service only, and one of them only dials. */
export function checkService(peer: string, service: LinkService, direction: Direction, options: MeshOptions): void {
  const { self, order, dealer, dealerIsParty } = options;
  const due = serviceBetween(self, peer, dealer, dealerIsParty);
  if (service.name !== due) throw malformed(peer, `opened a stream of ${service.name} where ${due} is due`);
  if (direction === 'accepted' && order.indexOf(peer) < order.indexOf(self)) {
    throw malformed(peer, 'opened a stream although it is the one to accept');
  }
}

/**
 * What the runtime needs of a connection between two nodes, and nothing else. In memory and over gRPC alike: ordered, reliable,
 * authenticated, bounded.
 * @module
 */

/** What a message is for. A dealer's link has no kind that could carry an opened or masked value towards the dealer. */
export type MessageKind =
  | 'ready' // transcript digest of the session, both ways
  | 'opening' // an evaluator's shares of everything opened in one round
  | 'input' // masked inputs, from their owner to an evaluator
  | 'output' // shares of outputs, from an evaluator to a named recipient
  | 'correction' // correlated randomness, from the dealer to the last evaluator
  | 'credit' // bytes of corrections consumed, from the last evaluator to the dealer
  | 'blinded' // identifiers under secret exponents, and what an alignment makes of them; on no link of a run
  | 'decision'; // what was decided, from the last evaluator to a dealer that is none of the parties, or what an auditor found, to all

/** Which message of its kind: both ends know the plan, so a message at any other place is a fault. */
export interface Position {
  /** Index of the phase in the plan's schedule. */
  readonly phase: number;
  /** Step within the phase, from 0. */
  readonly step: number;
  /** Round within the step, from 0. */
  readonly round: number;
}

/** One peer, seen from this node. */
export interface Link {
  readonly peer: string;
  /**
   * Queues one message; the bytes are copied before the call returns. Larger payloads than one frame are sent in pieces.
   * Throws `TREFOIL_PEER` once the link has failed.
   */
  send(kind: MessageKind, position: Position, payload: Uint8Array): void;
  /**
   * The next message of this kind. It must be at `position` and of exactly `length` bytes, otherwise the peer is at fault.
   * Rejects with `TREFOIL_PEER` when the link fails and with `TREFOIL_ABORTED` when the peer said why it stops.
   * The returned bytes are valid until the next receive of this kind.
   */
  receive(kind: MessageKind, position: Position, length: number): Promise<Uint8Array>;
  /** Payload bytes handed to `send` so far, by kind: what a report counts. */
  readonly sent: Readonly<Record<MessageKind, number>>;
  /** Payload bytes returned by `receive` so far, by kind. */
  readonly received: Readonly<Record<MessageKind, number>>;
}

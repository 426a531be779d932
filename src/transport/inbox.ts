/**
 * Messages that arrived from one peer and were not asked for yet, and the checks that every link makes on them.
 * @module
 */
import { invariant, type TrefoilError } from '../errors.ts';
import { byNumber, type Describe, malformed, positionText } from './faults.ts';
import type { MessageKind, Position } from './link.ts';
import { Queue } from './queue.ts';

/** A message that the node waits for. */
export interface Due {
  readonly kind: MessageKind;
  readonly position: Position;
}

interface Message {
  readonly position: Position;
  readonly payload: Uint8Array;
  /** Lets go of the payload. */
  readonly release: (() => void) | undefined;
}

interface Waiter extends Due {
  readonly length: number;
  readonly resolve: (payload: Uint8Array) => void;
  readonly reject: (error: TrefoilError) => void;
}

interface Lane {
  readonly messages: Queue<Message>;
  waiter: Waiter | undefined;
  /** Lets go of the message that was handed out last. */
  release: (() => void) | undefined;
}

export function noBytes(): Record<MessageKind, number> {
  return { ready: 0, opening: 0, input: 0, output: 0, correction: 0, credit: 0, blinded: 0, decision: 0 };
}

const newLane = (): Lane => ({ messages: new Queue(), waiter: undefined, release: undefined });

export class Inbox {
  readonly received = noBytes();
  private readonly peer: string;
  private readonly maxQueuedBytes: number;
  private readonly onFault: (fault: TrefoilError) => void;
  private readonly describe: Describe;
  private readonly lanes: Record<MessageKind, Lane> = {
    ready: newLane(),
    opening: newLane(),
    input: newLane(),
    output: newLane(),
    correction: newLane(),
    credit: newLane(),
    blinded: newLane(),
    decision: newLane(),
  };
  private queuedBytes = 0;
  private failure: TrefoilError | undefined;
  private ended = false;

  /** `onFault` hears what the peer did wrong, and is expected to `fail` the inbox. */
  constructor(peer: string, maxQueuedBytes: number, onFault: (fault: TrefoilError) => void, describe = byNumber) {
    this.peer = peer;
    this.maxQueuedBytes = maxQueuedBytes;
    this.onFault = onFault;
    this.describe = describe;
  }

  /** What the node is waiting for, if it is. */
  get due(): Due | undefined {
    for (const lane of Object.values(this.lanes)) if (lane.waiter !== undefined) return lane.waiter;
    return undefined;
  }

  /** `release` is called when the payload is not read any more. */
  deliver(kind: MessageKind, position: Position, payload: Uint8Array, release?: () => void): void {
    if (this.failure !== undefined) return;
    const lane = this.lanes[kind];
    const waiter = lane.waiter;
    if (waiter !== undefined) {
      lane.waiter = undefined;
      this.hand(kind, { position, payload, release }, waiter);
      return;
    }
    this.queuedBytes += payload.length;
    if (this.queuedBytes > this.maxQueuedBytes) {
      this.onFault(
        malformed(this.peer, `sent ${this.queuedBytes} bytes that nobody asked for`, position, this.describe),
      );
      return;
    }
    lane.messages.push({ position, payload, release });
  }

  receive(kind: MessageKind, position: Position, length: number): Promise<Uint8Array> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    const lane = this.lanes[kind];
    invariant(lane.waiter === undefined, `one receive of '${kind}' at a time`);
    lane.release?.();
    lane.release = undefined;
    return new Promise((resolve, reject) => {
      const waiter = { kind, position, length, resolve, reject };
      const message = lane.messages.take();
      if (message === undefined) {
        lane.waiter = waiter;
        if (this.ended) this.missed(waiter);
      } else {
        this.queuedBytes -= message.payload.length;
        this.hand(kind, message, waiter);
      }
    });
  }

  /** The peer says that it sends no more. */
  end(): void {
    this.ended = true;
    for (const lane of Object.values(this.lanes)) if (lane.waiter !== undefined) this.missed(lane.waiter);
  }

  /** From now on every receive rejects with this error, the pending ones too. */
  fail(failure: TrefoilError): void {
    this.failure = failure;
    for (const lane of Object.values(this.lanes)) {
      lane.messages.clear();
      lane.waiter?.reject(failure);
      lane.waiter = undefined;
    }
  }

  private missed(waiter: Waiter): void {
    this.onFault(malformed(this.peer, 'ended its run while a message was due', waiter.position, this.describe));
  }

  private hand(kind: MessageKind, { position, payload, release }: Message, waiter: Waiter): void {
    const expected = waiter.position;
    let wrong: string | undefined;
    if (position.phase !== expected.phase || position.step !== expected.step || position.round !== expected.round) {
      wrong = `sent an '${kind}' message of ${positionText(position, this.describe)} where another one was due`;
    } else if (payload.length !== waiter.length) {
      wrong = `sent an '${kind}' message of ${payload.length} bytes where ${waiter.length} were due`;
    }
    if (wrong === undefined) {
      this.received[kind] += payload.length;
      this.lanes[kind].release = release;
      waiter.resolve(payload);
      return;
    }
    const fault = malformed(this.peer, wrong, expected, this.describe);
    // Not first in line: the run may have failed for another reason already, and then that is the one to hear of.
    this.onFault(fault);
    waiter.reject(this.failure ?? fault);
  }
}

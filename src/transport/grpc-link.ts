/**
 * A link over one gRPC stream: frames in and out, their order, and how the stream may end.
 * @module
 */
import { invariant, type TrefoilError } from '../errors.ts';
import { type Describe, malformed } from './faults.ts';
import {
  type Abort,
  CHUNK_BYTES,
  type Details,
  type Frame,
  type FrameCodec,
  type Hello,
  type Payload,
} from './frames.ts';
import { type Due, Inbox, noBytes } from './inbox.ts';
import type { Link, MessageKind, Position } from './link.ts';
import { SpareBuffers } from './spare-buffers.ts';

/** How much may wait for this node, besides one message, before the peer is at fault. */
const MAX_QUEUED_BYTES = 64 << 20;

/** One gRPC stream of frames, from the side that opened it or from the other. */
export interface Wire {
  /** `onWritten` is called once the bytes of the frame are not read any more. */
  write(frame: Buffer, onWritten?: () => void): void;
  /** No more frames from this side; those written before still arrive. */
  finish(): void;
  /** Lets go of the stream at once. */
  kill(): void;
  /** `onClosed` is the last thing that happens, with the reason if it was not in order. */
  listen(onFrame: (frame: Buffer) => void, onClosed: (reason: string) => void): void;
}

export interface LinkEvents {
  onHello(hello: Hello): void;
  /** The peer says more of what it does not agree with. */
  onDetails(details: Details): void;
  /** The link can not go on: the peer is at fault. */
  onFault(fault: TrefoilError): void;
  /** The peer says that it stops. */
  onAbort(abort: Abort): void;
  /** The peer has sent its last frame. */
  onEnded(): void;
  /** The stream is gone, although the run has not ended or has not begun. */
  onLost(reason: string): void;
}

export class GrpcLink implements Link {
  readonly peer: string;
  readonly sent = noBytes();
  readonly received: Readonly<Record<MessageKind, number>>;
  /** Resolves when the stream is gone. */
  readonly closed: Promise<void>;
  private readonly wire: Wire;
  private readonly outgoing: FrameCodec;
  private readonly incoming: FrameCodec;
  private readonly maxMessageBytes: number;
  private readonly events: LinkEvents;
  private readonly describe: Describe;
  private readonly inbox: Inbox;
  private readonly frameBuffers = new SpareBuffers();
  private readonly messageBuffers = new SpareBuffers();
  private lastSent: Position | undefined;
  private framesReceived = 0;
  private partial: { kind: MessageKind; first: Payload; bytes: Buffer; filled: number } | undefined;
  private failure: TrefoilError | undefined;
  private greeted = false;
  private isClosed = false;
  private selfEnded = false;
  private peerEnded = false;

  constructor(
    peer: string,
    wire: Wire,
    codecs: { readonly outgoing: FrameCodec; readonly incoming: FrameCodec },
    maxMessageBytes: number,
    events: LinkEvents,
    describe: Describe,
  ) {
    this.peer = peer;
    this.wire = wire;
    this.outgoing = codecs.outgoing;
    this.incoming = codecs.incoming;
    this.maxMessageBytes = maxMessageBytes;
    this.events = events;
    this.describe = describe;
    this.inbox = new Inbox(peer, MAX_QUEUED_BYTES + maxMessageBytes, (fault) => events.onFault(fault), describe);
    this.received = this.inbox.received;
    this.closed = new Promise((resolve) => {
      wire.listen(
        (frame) => this.accept(frame),
        (reason) => {
          this.isClosed = true;
          resolve();
          if (this.failure === undefined && !(this.selfEnded && this.peerEnded)) events.onLost(reason);
        },
      );
    });
  }

  get hasEnded(): boolean {
    return this.peerEnded;
  }

  /** Whether the peer has introduced itself. */
  get isGreeted(): boolean {
    return this.greeted;
  }

  /** Where this node waits for the peer, if it does. */
  get waitingAt(): Position | undefined {
    return this.inbox.due?.position;
  }

  /** The message that this node waits for, if it does. */
  get due(): Due | undefined {
    return this.inbox.due;
  }

  /** How many frames have come so far. */
  get frames(): number {
    return this.framesReceived;
  }

  /** Where this node sent its last message to the peer. */
  get sentAt(): Position | undefined {
    return this.lastSent;
  }

  greet(hello: Hello): void {
    this.wire.write(this.outgoing.encode({ hello }));
  }

  /** Says more of what this node does not agree with; false where that is too much for one frame. */
  explain(details: Details): boolean {
    const frame = this.outgoing.encode({ details });
    if (frame.length > CHUNK_BYTES) return false;
    this.wire.write(frame);
    return true;
  }

  send(kind: MessageKind, position: Position, payload: Uint8Array): void {
    if (this.failure !== undefined) throw this.failure;
    const total = payload.length;
    invariant(this.outgoing.kinds.has(kind), `the schema has a field for '${kind}' on the way to ${this.peer}`);
    invariant(total <= this.maxMessageBytes, `'${kind}' of ${total} bytes within ${this.maxMessageBytes}`);
    invariant(!this.selfEnded, `'${kind}' sent to ${this.peer} before the end of the run`);
    const { phase, step, round } = position;
    this.sent[kind] += total;
    this.lastSent = position;
    let offset = 0;
    do {
      const bytes = total <= CHUNK_BYTES ? payload : payload.subarray(offset, offset + CHUNK_BYTES);
      this.write(kind, { phase, step, round, total, offset, bytes });
      offset += CHUNK_BYTES;
    } while (offset < total);
  }

  receive(kind: MessageKind, position: Position, length: number): Promise<Uint8Array> {
    return this.inbox.receive(kind, position, length);
  }

  /** This node has sent its last message. */
  end(): void {
    this.selfEnded = true;
    this.wire.write(this.outgoing.encode({ end: {} }));
  }

  /** Fails both ends: this one with `failure`, the peer's with `abort`. */
  breakOff(failure: TrefoilError, abort: Abort): void {
    this.failure = failure;
    this.inbox.fail(failure);
    if (this.isClosed) return;
    this.wire.write(this.outgoing.encode({ abort }));
    this.wire.finish();
  }

  /** Closes the stream once everything written has left. */
  finish(): void {
    if (!this.isClosed) this.wire.finish();
  }

  kill(): void {
    this.wire.kill();
  }

  private write(kind: MessageKind, piece: Payload): void {
    const head = this.outgoing.encodeHead(kind, piece);
    const length = head.length + piece.bytes.length;
    const buffer = this.frameBuffers.take(length);
    buffer.set(head);
    buffer.set(piece.bytes, head.length);
    this.wire.write(buffer.subarray(0, length), () => this.frameBuffers.give(buffer));
  }

  private accept(bytes: Buffer): void {
    this.framesReceived += 1;
    if (this.failure !== undefined) return;
    let frame: Frame;
    try {
      frame = this.incoming.decode(bytes);
    } catch {
      this.fault('sent a frame that can not be read');
      return;
    }
    const field = frame.frame;
    if (field === undefined) {
      this.fault('sent a frame of a kind that does not belong on this link');
    } else if (field === 'abort') {
      this.events.onAbort(frame.abort as Abort);
    } else if (this.peerEnded) {
      this.fault('sent a frame after its last one');
    } else if (field === 'hello') {
      if (this.greeted) {
        this.fault('introduced itself twice');
        return;
      }
      this.greeted = true;
      this.events.onHello(frame.hello as Hello);
    } else if (!this.greeted) {
      this.fault('did not introduce itself');
    } else if (field === 'details') {
      this.events.onDetails(frame.details as Details);
    } else if (field === 'end') {
      this.peerEnded = true;
      this.inbox.end();
      this.events.onEnded();
    } else {
      this.assemble(field, frame[field] as Payload);
    }
  }

  private assemble(kind: MessageKind, piece: Payload): void {
    const { total, offset, bytes } = piece;
    if (this.partial === undefined) {
      if (total > this.maxMessageBytes) {
        this.fault(`announced an '${kind}' message of ${total} bytes where ${this.maxMessageBytes} is the most`, piece);
        return;
      }
      if (offset === 0 && bytes.length === total && total <= CHUNK_BYTES) {
        // An empty field comes as an array of the parser's own.
        this.inbox.deliver(kind, piece, total === 0 ? new Uint8Array(0) : bytes);
        return;
      }
      this.partial = { kind, first: piece, bytes: this.messageBuffers.take(total), filled: 0 };
    }
    const { partial } = this;
    const follows =
      kind === partial.kind &&
      total === partial.first.total &&
      offset === partial.filled &&
      bytes.length === Math.min(CHUNK_BYTES, total - offset) &&
      piece.round === partial.first.round &&
      piece.step === partial.first.step &&
      piece.phase === partial.first.phase;
    if (!follows) {
      this.fault(`sent pieces of an '${partial.kind}' message that do not fit together`, partial.first);
      return;
    }
    partial.bytes.set(bytes, offset);
    partial.filled += bytes.length;
    if (partial.filled < total) return;
    this.partial = undefined;
    this.inbox.deliver(kind, partial.first, partial.bytes.subarray(0, total), () =>
      this.messageBuffers.give(partial.bytes),
    );
  }

  private fault(what: string, position = this.waitingAt): void {
    this.events.onFault(malformed(this.peer, what, position, this.describe));
  }
}

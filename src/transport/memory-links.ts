/**
 * Links within one process, for tests and for the simulate executor: same checks as over gRPC, no network.
 * @module
 */
import { invariant, type TrefoilError } from '../errors.ts';
import { abortedBy, abortOf } from './abort.ts';
import { Inbox, noBytes } from './inbox.ts';
import type { Link, MessageKind, Position } from './link.ts';

export class MemoryLink implements Link {
  readonly peer: string;
  readonly sent = noBytes();
  readonly received: Readonly<Record<MessageKind, number>>;
  private readonly self: string;
  private readonly inbox: Inbox;
  private readonly other: () => MemoryLink;
  private failure: TrefoilError | undefined;
  private reject: (error: TrefoilError) => void = () => undefined;
  /** Never resolves; rejects when this end of the link has failed. */
  readonly failed = new Promise<never>((_, reject) => {
    this.reject = reject;
  });

  constructor(self: string, peer: string, other: () => MemoryLink) {
    this.self = self;
    this.peer = peer;
    this.other = other;
    this.inbox = new Inbox(peer, Number.POSITIVE_INFINITY, (fault) => this.abort(fault));
    this.received = this.inbox.received;
    this.failed.catch(() => undefined);
  }

  send(kind: MessageKind, position: Position, payload: Uint8Array): void {
    if (this.failure !== undefined) throw this.failure;
    const { phase, step, round } = position;
    const copy = payload.slice();
    const receiver = this.other().inbox;
    this.sent[kind] += payload.length;
    queueMicrotask(() => receiver.deliver(kind, { phase, step, round }, copy));
  }

  receive(kind: MessageKind, position: Position, length: number): Promise<Uint8Array> {
    return this.inbox.receive(kind, position, length);
  }

  /** Fails both ends: this one with `error`, the peer's as stopped by this node. */
  abort(error: TrefoilError): void {
    this.fail(error);
    const { phase } = error.place;
    const known = { nodes: [this.self, this.peer], keys: [], columns: [], phases: phase === undefined ? [] : [phase] };
    this.other().fail(abortedBy(abortOf(this.self, error, known)));
  }

  private fail(error: TrefoilError): void {
    if (this.failure !== undefined) return;
    this.failure = error;
    this.inbox.fail(error);
    this.reject(error);
  }
}

/** A full mesh: for each node, its links by peer. */
export function memoryLinks(names: readonly string[]): Map<string, Map<string, MemoryLink>> {
  const mesh = new Map(names.map((name) => [name, new Map<string, MemoryLink>()]));
  const linkOf = (self: string, peer: string): MemoryLink => {
    const link = mesh.get(self)?.get(peer);
    invariant(link !== undefined, `a link from ${self} to ${peer}`);
    return link;
  };
  for (const [self, links] of mesh) {
    for (const peer of names) {
      if (peer !== self) links.set(peer, new MemoryLink(self, peer, () => linkOf(peer, self)));
    }
  }
  return mesh;
}

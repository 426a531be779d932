/**
 * The links of one node over gRPC: who dials whom, the handshake with each peer, and what happens when one of them fails.
 * @module
 */
import { invariant, TrefoilError } from '../errors.ts';
import { abortedBy, abortOf, heard, type Known } from './abort.ts';
import { type Absent, waitForAbsent } from './absent.ts';
import { Acceptor } from './accept.ts';
import { fingerprintOf } from './certificate.ts';
import { Dialler } from './dial.ts';
import { byNumber, lost, stalled, stoppedBy } from './faults.ts';
import { type Abort, type LinkService, loadServices, serviceBetween } from './frames.ts';
import { GrpcLink, type LinkEvents, type Wire } from './grpc-link.ts';
import { agreementOf, checkService, type Direction, helloTo } from './handshake.ts';
import { Introduction } from './introduction.ts';
import { connectedAlready, Latecomers } from './latecomers.ts';
import type { Position } from './link.ts';
import type { Mesh, MeshOptions, Offer } from './mesh-options.ts';
import { watchForStalls } from './stall.ts';

/** How long the last frames may take to leave when the run is over. */
const FLUSH_MS = 1000;

export class GrpcMesh implements Mesh {
  readonly links = new Map<string, GrpcLink>();
  readonly offers = new Map<string, Offer>();
  readonly failed: Promise<never>;
  private readonly options: MeshOptions;
  private readonly known: Known;
  private readonly services = loadServices();
  /** By fingerprint. */
  private readonly names: ReadonlyMap<string, string>;
  /** Before this node in the order. */
  private readonly diallers = new Map<string, Dialler>();
  /** Streams that are not closed yet, those without an introduction among them. */
  private readonly streams = new Set<GrpcLink>();
  private acceptor: Acceptor | undefined;
  private failure: TrefoilError | undefined;
  /** What every peer hears after a failure. */
  private farewell: Abort | undefined;
  private readonly latecomers = new Latecomers();
  private isConnected = false;
  private reject: (error: TrefoilError) => void = () => undefined;
  private onProgress: () => void = () => undefined;
  private shutdown: Promise<void> | undefined;
  private isOver = false;
  private stopWatching: () => void = () => undefined;

  constructor(options: MeshOptions) {
    this.options = options;
    const { order, phases = [], columns = [] } = options;
    this.known = { nodes: order, keys: Object.keys(agreementOf(options).items), phases, columns };
    const others = options.order.filter((name) => name !== options.self);
    this.names = new Map(others.map((name) => [fingerprintOf(options.peers[name].certificate), name]));
    this.failed = new Promise((_, reject) => {
      this.reject = reject;
    });
    // Whoever does not race on it learns of the failure from a link.
    this.failed.catch(() => undefined);
  }

  async connect(): Promise<void> {
    const { self, order, peers, listen, stop } = this.options;
    const position = order.indexOf(self);
    const { dealer = order[0] } = this.options;
    invariant(position >= 0 && order[0] === dealer, `${self} in the order of nodes, which a dealer leads`);
    if (stop?.aborted) this.stop(stop.reason);
    stop?.addEventListener('abort', () => this.stop(stop.reason));
    const stopWaiting = waitForAbsent(
      this.options,
      () => this.absent(),
      (error) => this.fail(error),
    );
    try {
      if (position < order.length - 1) {
        invariant(listen !== undefined, `${self} has an address to listen at`);
        const onStream = this.onStream.bind(this);
        this.acceptor = await Acceptor.listen(listen, this.options, this.services, onStream);
        if (this.failure !== undefined) await this.acceptor.shutdown();
        else this.options.onListening?.(this.acceptor.port);
      }
      for (const peer of order.slice(0, position)) {
        const { address } = peers[peer];
        invariant(address !== undefined, `${self} has the address of ${peer}`);
        this.dial(peer, address);
      }
      if (this.options.refusal !== undefined) this.fail(this.options.refusal);
      const connected = new Promise<void>((resolve) => {
        this.onProgress = () => this.links.size === order.length - 1 && resolve();
        this.onProgress();
      });
      await Promise.race([connected, this.failed]);
      this.isConnected = true;
      this.acceptor?.stopListening();
      if (self !== this.options.dealer && this.failure === undefined) this.watch();
    } catch (error) {
      const known = error instanceof TrefoilError ? error : this.unexpected(error);
      await this.abort(known);
      throw known;
    } finally {
      stopWaiting();
    }
  }

  async abort(error: TrefoilError): Promise<void> {
    this.fail(error);
    await this.closeAll();
  }

  async close(): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    for (const link of this.links.values()) link.end();
    const ended = new Promise<void>((resolve) => {
      this.onProgress = () => [...this.links.values()].every(({ hasEnded }) => hasEnded) && resolve();
      this.onProgress();
    });
    await Promise.race([ended, this.failed]);
    this.isOver = true;
    for (const link of this.links.values()) link.finish();
    await this.closeAll();
  }

  private dial(peer: string, address: string): void {
    const { self, dealer, dealerIsParty } = this.options;
    const service = this.services[serviceBetween(self, peer, dealer, dealerIsParty)];
    const dialler = new Dialler(
      peer,
      address,
      service.path,
      this.options,
      (wire, refused) => {
        if (this.farewell === undefined) this.open(peer, wire, service, 'dialled', refused);
        else this.latecomers.tell(peer, wire, service.fromDialer.encode({ abort: this.farewell }), refused);
      },
      (error) => {
        this.latecomers.meet(peer);
        this.fail(error);
      },
    );
    this.diallers.set(peer, dialler);
    dialler.attempt();
  }

  /** gRPC would send the text of an exception to the peer. */
  private onStream(wire: Wire, service: LinkService, fingerprint: string): void {
    try {
      this.meet(wire, service, fingerprint);
    } catch (error) {
      wire.kill();
      this.fail(this.unexpected(error));
    }
  }

  private unexpected(error: unknown): TrefoilError {
    const { self } = this.options;
    return new TrefoilError('TREFOIL_INTERNAL', `${self} failed: ${(error as Error).message}`, { cause: error });
  }

  private meet(wire: Wire, service: LinkService, fingerprint: string): void {
    const peer = this.names.get(fingerprint);
    if (peer !== undefined) this.latecomers.meet(peer);
    const isNew = ![...this.streams].some((stream) => stream.peer === peer);
    if (this.failure === undefined && peer !== undefined && isNew) {
      this.open(peer, wire, service, 'accepted', () =>
        this.fail(lost(peer, 'dropped the connection before it introduced itself')),
      );
      return;
    }
    // Too late, or not of this run: an older process of the peer, or one too many.
    const abort = this.farewell ?? this.abortOf(connectedAlready());
    this.latecomers.answer(wire, service.fromAcceptor.encode({ abort }));
  }

  private open(peer: string, wire: Wire, service: LinkService, direction: Direction, refused: () => void): void {
    const { describe = byNumber, maxMessageBytes } = this.options;
    const introduction = new Introduction(peer, this.options, {
      explain: (items) => link.explain({ items }),
      fail: (error) => this.fail(error),
    });
    const events: LinkEvents = {
      onHello: (hello) => {
        this.latecomers.meet(peer);
        try {
          const offer = introduction.hello(hello);
          if (offer === undefined) return;
          checkService(peer, service, direction, this.options);
          this.offers.set(peer, offer);
          this.links.set(peer, link);
          this.onProgress();
        } catch (error) {
          this.fail(error as TrefoilError);
        }
      },
      onDetails: (details) => introduction.details(details),
      onFault: (fault) => {
        this.latecomers.meet(peer);
        this.fail(fault);
      },
      onAbort: (abort) => {
        this.latecomers.meet(peer);
        const known = heard(abort, this.known);
        const found = introduction.disagreement;
        // The peer says less than this node can by itself.
        if (found === undefined) this.fail(abortedBy(known), known);
        else this.fail(found);
      },
      onEnded: () => this.onProgress(),
      onLost: (reason) => {
        const found = introduction.disagreement;
        if (found !== undefined) this.fail(found);
        else if (link.isGreeted) this.fail(lost(peer, reason, link.waitingAt, this.position, describe));
        else refused();
      },
    };
    const { fromDialer, fromAcceptor } = service;
    const codecs =
      direction === 'dialled'
        ? { outgoing: fromDialer, incoming: fromAcceptor }
        : { outgoing: fromAcceptor, incoming: fromDialer };
    const link = new GrpcLink(peer, wire, codecs, maxMessageBytes, events, describe);
    this.streams.add(link);
    void link.closed.then(() => this.streams.delete(link));
    link.greet(helloTo(peer, this.options));
  }

  /** Where this node is in the run: where it waits, or where it last sent something. */
  private get position(): Position | undefined {
    const links = [...this.links.values()];
    const [waiting] = links.flatMap(({ waitingAt }) => waitingAt ?? []);
    return waiting ?? links.findLast(({ sentAt }) => sentAt !== undefined)?.sentAt;
  }

  private watch(): void {
    const { stallSeconds, dealer, describe } = this.options;
    this.stopWatching = watchForStalls([...this.links.values()], {
      stallSeconds,
      ...(dealer === undefined ? {} : { dealer }),
      onStalled: (peer, seconds, due) => this.fail(stalled(peer, seconds, due, describe)),
    });
  }

  private stop(reason: unknown): void {
    const { self, describe } = this.options;
    this.fail(stoppedBy(self, `${reason}`, this.position, describe));
  }

  private abortOf(error: TrefoilError): Abort {
    return abortOf(this.options.self, error, this.known);
  }

  /** The first failure counts; all others follow from it. */
  private fail(error: TrefoilError, abort = this.abortOf(error)): void {
    if (this.failure !== undefined || this.isOver) return;
    this.failure = error;
    this.farewell = abort;
    for (const link of this.streams) link.breakOff(error, abort);
    this.reject(error);
    void this.closeAll();
  }

  private closeAll(): Promise<void> {
    this.shutdown ??= (async () => {
      this.stopWatching();
      for (const dialler of this.diallers.values()) dialler.stop();
      let timer: NodeJS.Timeout | undefined;
      const flushed = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, FLUSH_MS);
        void Promise.all([...this.streams].map(({ closed }) => closed)).then(() => resolve());
      });
      await flushed;
      clearTimeout(timer);
      for (const link of this.streams) link.kill();
      await this.tellLatecomers();
      for (const dialler of this.diallers.values()) dialler.stop();
      this.latecomers.kill();
      await this.acceptor?.shutdown();
    })();
    return this.shutdown;
  }

  private async tellLatecomers(): Promise<void> {
    const { self, order, stop } = this.options;
    if (this.isConnected || this.failure?.code === 'TREFOIL_UNREACHABLE' || stop?.aborted) return;
    const others = order.filter((peer) => peer !== self);
    await this.latecomers.wait(others, stop, () => {
      for (const [peer, dialler] of this.diallers) if (!this.latecomers.hasMet(peer)) dialler.attempt();
    });
  }

  private absent(): Absent {
    const { self, order } = this.options;
    const names = order.filter((name) => name !== self && !this.links.has(name));
    return new Map(
      names.map((name) => {
        const accepted = `${name} to connect${this.acceptor?.refusal ?? ''}`;
        return [name, this.diallers.get(name)?.waitingFor ?? accepted];
      }),
    );
  }
}

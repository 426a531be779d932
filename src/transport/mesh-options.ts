/**
 * What a node has to know to connect with all others of a job.
 * @module
 */
import type { TrefoilError } from '../errors.ts';
import type { Agreement, Items } from './agreement-check.ts';
import type { Describe } from './faults.ts';
import type { Link } from './link.ts';

/** What a node contributes to the keys of the run, handed to every peer in the handshake. */
export interface Offer {
  /** 32 bytes, fresh for every run. */
  readonly nonce: Uint8Array;
  /** X25519, 32 bytes. */
  readonly publicKey: Uint8Array;
  /** Of a peer: what it said that both must have in common. */
  readonly items?: Items;
}

export interface MeshOptions {
  readonly self: string;
  /** All nodes of the job. Each dials those before it and accepts those after it; a dealer comes first, the last need not listen. */
  readonly order: readonly string[];
  /** Absent where the nodes align their rows: then nobody deals. */
  readonly dealer?: string;
  readonly dealerIsParty?: boolean;
  /** 'host:port'; port 0 takes a free one. */
  readonly listen?: string;
  /** Certificates are PEM text; only peers that this node dials need an address, 'host:port'. */
  readonly peers: Readonly<Record<string, { readonly address?: string; readonly certificate: string }>>;
  /** PEM text. */
  readonly identity: { readonly key: string; readonly certificate: string };
  /** Must be equal on both ends; the error names every difference with both values. */
  readonly agreement: Agreement;
  readonly offer: Offer;
  /** How long to wait for all peers. */
  readonly connectSeconds: number;
  /** How long a dealer that is connected may send nothing while its message is due; an evaluator, which may wait itself, twice that. */
  readonly stallSeconds: number;
  /** How long a slow node computes between two messages: by so much keepalives are answered later; by default at once. */
  readonly silenceSeconds?: number;
  /** The largest payload that the plan can ever send on a link. */
  readonly maxMessageBytes: number;
  /** Words for where a message belongs, in errors; by default the numbers. */
  readonly describe?: Describe;
  /** The names of phases that those words have: only these are told and heard when a node stops. */
  readonly phases?: readonly string[];
  /** The names of the columns that the job declares: of records that break its rules, only these are told and heard. */
  readonly columns?: readonly string[];
  /** Why this node takes no part. It connects to tell those peers that are there, and for nothing else. */
  readonly refusal?: TrefoilError;
  /** Stops the node, whatever it is doing, and its peers are told. */
  readonly stop?: AbortSignal;
  readonly onListening?: (port: number) => void;
  /** 'waiting for east at host:port (connection refused): 95 s left, …', at most every two seconds. */
  readonly onWaiting?: (text: string) => void;
}

/** What a node has once it is connected with all others. */
export interface Mesh {
  /** By peer. */
  readonly links: ReadonlyMap<string, Link>;
  /** By peer. */
  readonly offers: ReadonlyMap<string, Offer>;
  /** Never resolves; rejects with the first failure of any link, after which all links are failed and every peer is told. */
  readonly failed: Promise<never>;
  /** Tells every peer why this node stops and closes. After an earlier failure it only waits until everything is closed. */
  abort(error: TrefoilError): Promise<void>;
  /**
   * Ends in order, after the last message: returns once every peer has ended too, and throws if one fails before that. What
   * must exist on all nodes or on none is written after it.
   */
  close(): Promise<void>;
}

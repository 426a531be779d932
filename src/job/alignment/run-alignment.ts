/**
 * One party's alignment from its connections to its result. Nothing is written before every party has finished.
 * @module
 */
import { createHash } from 'node:crypto';
import { alignRecords, countedOnce, sharedRecords } from '../../alignment/align.ts';
import type { Identifiers } from '../../alignment/identifiers/identifiers.ts';
import type { AlignmentSetting, Sizes } from '../../alignment/setting.ts';
import { asTrefoilError } from '../../errors.ts';
import type { Mesh } from '../../transport/mesh.ts';
import { TRUST_MODES } from '../../trust/modes.ts';
import { keepersOf } from '../file/alignment-rules.ts';
import type { RowKind } from '../file/job.ts';
import { type MeetForAlignment, openAlignment } from './meet.ts';
import type { PreparedAlignment } from './prepare-alignment.ts';

/** Rows of a party's own table, in an order that other parties have in common with it. */
export interface OwnRows {
  /** From 0. */
  readonly rows: Uint32Array;
  /** Where each stands: its line, or its number from 1. */
  readonly places: Uint32Array;
}

/** What was found of one kind of rows. */
export interface AlignedKind {
  readonly kind: RowKind;
  /** How many identifiers each party has. */
  readonly sizes: Sizes;
  /** The rows that all three have, where the job asks for these. */
  readonly common?: OwnRows;
  /** The rows that each other party has too, and those that count here, where the job asks for these. */
  readonly shared?: { readonly with: ReadonlyMap<string, OwnRows>; readonly counted: OwnRows };
  /** Rows of this party that could not be aligned. */
  readonly left: Identifiers['left'];
}

export interface AlignmentOutcome {
  readonly kinds: readonly AlignedKind[];
  /** Bytes that this party sent and received, without those of TLS. */
  readonly bytes: { readonly sent: number; readonly received: number };
  readonly seconds: number;
}

export interface AlignmentObserver {
  onListening(port: number): void;
  onWaiting(text: string): void;
  onConnected(): void;
  /** Products of this party on the curve, of rows of one kind. */
  onProgress(kind: RowKind, done: number, of: number): void;
}

/** Aligns all rows of the job, or tells the peers why not. `stop` ends it from outside. */
export async function runAlignment(
  prepared: PreparedAlignment,
  meet: MeetForAlignment,
  observer: AlignmentObserver,
  stop: AbortSignal,
): Promise<AlignmentOutcome> {
  const { mesh, session } = await openAlignment(prepared.self, prepared.job, meet, {
    onListening: (port) => observer.onListening(port),
    onWaiting: (text) => observer.onWaiting(text),
    stop,
  });
  observer.onConnected();
  const started = performance.now();
  try {
    const kinds = await Promise.race([alignKinds(prepared, mesh, session, observer), mesh.failed]);
    const seconds = (performance.now() - started) / 1000;
    await mesh.close();
    const links = [...mesh.links.values()];
    const bytes = {
      sent: links.reduce((sum, { sent }) => sum + sent.blinded, 0),
      received: links.reduce((sum, { received }) => sum + received.blinded, 0),
    };
    return { kinds, bytes, seconds };
  } catch (error) {
    const known = asTrefoilError(error);
    await mesh.abort(known);
    throw known;
  }
}

async function alignKinds(
  { self, job, rules, identifiers }: PreparedAlignment,
  { links }: Mesh,
  session: Uint8Array,
  observer: AlignmentObserver,
): Promise<AlignedKind[]> {
  const [first, second, third] = job.parties;
  const kinds: AlignedKind[] = [];
  for (const [kind, own] of identifiers) {
    const setting: AlignmentSetting = {
      self,
      parties: [first.name, second.name, third.name],
      links,
      // Hashes of one kind of rows tell nothing of those of another.
      session: createHash('sha256').update(session).update(kind).digest(),
      most: Object.fromEntries(job.parties.map((party) => [party.name, party[kind]])),
      colluding: TRUST_MODES[job.trust].colluding,
      onProgress: (done, of) => observer.onProgress(kind, done, of),
    };
    kinds.push({ kind, ...(await find(setting, own, rules.find, keepersOf(job, rules))), left: own.left });
  }
  return kinds;
}

async function find(
  setting: AlignmentSetting,
  own: Identifiers,
  what: 'all' | 'pairs',
  keepers: readonly string[],
): Promise<Omit<AlignedKind, 'kind' | 'left'>> {
  const ownRows = (found: Uint32Array): OwnRows => ({
    rows: found.map((at) => own.rows[at]),
    places: found.map((at) => own.places[at]),
  });
  if (what === 'all') {
    const { rows, sizes } = await alignRecords(setting, own.identifiers);
    return { sizes, common: ownRows(rows) };
  }
  const { shared, sizes } = await sharedRecords(setting, own.identifiers);
  const counted = countedOnce(own.identifiers.length, setting.self, shared, keepers);
  return {
    sizes,
    shared: {
      with: new Map([...shared].map(([peer, rows]) => [peer, ownRows(rows)])),
      counted: ownRows(counted),
    },
  };
}

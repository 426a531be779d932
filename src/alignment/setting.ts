/**
 * What a party brings into an alignment, and what all steps of it use.
 * @module
 */
import { createHash } from 'node:crypto';
import { invariant, TrefoilError } from '../errors.ts';
import type { Link } from '../transport/link.ts';
import { ELEMENT_BYTES } from './group/field.ts';
import { hashToCurve } from './group/hash-to-curve.ts';
import { receiveSize, sendSize } from './messages.ts';
import { PrefixedHash } from './prefixed-hash.ts';
import { TAG_BYTES } from './sorted-tags.ts';
import type { Work } from './store.ts';
import { type OnProgress, Worker } from './worker.ts';

/** Identifiers of one party at most: what the rows of a job are bounded by. */
export const MOST_IDENTIFIERS = 10_000_000;

export interface AlignmentSetting {
  readonly self: string;
  /** All three, in the order of the job, `self` among them. */
  readonly parties: readonly [string, string, string];
  /** By peer; links to others than the parties are left alone. */
  readonly links: ReadonlyMap<string, Link>;
  /** 32 bytes that all nodes contributed to, such as the public seed of a session: identifiers are hashed under them. */
  readonly session: Uint8Array;
  /** The most identifiers that each party may have, by its name, where the job bounds them. */
  readonly most?: Readonly<Record<string, number>>;
  /**
   * How many parties may put together what they saw, for the rows that all three have. 1 takes half of the time. 2, which is the default, holds against both.
   */
  readonly colluding?: 1 | 2;
  readonly onProgress?: OnProgress;
}

/** How many identifiers each party has. Public. */
export type Sizes = Readonly<Record<string, number>>;

/** One party's part of an alignment under way. */
export class Alignment {
  readonly setting: AlignmentSetting;
  readonly worker: Worker;
  readonly identifiers: readonly Uint8Array[];
  /** Known once they are exchanged. */
  sizes: Sizes = {};

  /** `identifiers`: one for each row, no two alike. */
  constructor(setting: AlignmentSetting, identifiers: readonly Uint8Array[]) {
    const { self, parties, session, onProgress } = setting;
    invariant(parties.includes(self) && new Set(parties).size === parties.length, `${self} is one of three parties`);
    invariant(session.length === 32, 'a session has 32 bytes');
    requireDistinct(identifiers);
    this.setting = setting;
    this.identifiers = identifiers;
    this.worker = new Worker(onProgress);
  }

  readonly link = (peer: string): Link => {
    const link = this.setting.links.get(peer);
    invariant(link !== undefined, `a link to ${peer}`);
    return link;
  };

  get others(): readonly string[] {
    return this.setting.parties.filter((name) => name !== this.setting.self);
  }

  /** Tells the others how many identifiers this party has, and hears how many they have. */
  async exchangeSizes(): Promise<Sizes> {
    const { self, parties, most = {} } = this.setting;
    for (const peer of this.others) sendSize(this.link(peer), 'size', this.identifiers.length);
    const sizes: Record<string, number> = Object.fromEntries(parties.map((name) => [name, 0]));
    sizes[self] = this.identifiers.length;
    for (const peer of this.others) {
      const bound = Math.min(MOST_IDENTIFIERS, most[peer] ?? MOST_IDENTIFIERS);
      sizes[peer] = await receiveSize(this.link(peer), 'size', bound);
    }
    this.sizes = sizes;
    return sizes;
  }

  /** The own identifiers as points of the curve. */
  async points(): Promise<Uint8Array> {
    const points = new Uint8Array(this.identifiers.length * ELEMENT_BYTES);
    await this.worker.through(hashToCurve(this.identifiers, this.setting.session, points));
    return points;
  }

  /** 32 bytes for one use of hashes in this session. */
  purpose(use: string, ...names: readonly string[]): Uint8Array {
    const hash = createHash('sha256').update(`trefoil alignment, ${use}\0`).update(this.setting.session);
    for (const name of names) hash.update(`${name}\0`);
    return hash.digest();
  }

  /** A tag for each value of `bytes` bytes, for one purpose. */
  *tagsOf(values: Uint8Array, bytes: number, purpose: Uint8Array): Work<Uint8Array> {
    const count = values.length / bytes;
    const hash = new PrefixedHash('sha256', purpose);
    const tags = new Uint8Array(TAG_BYTES * count);
    for (let i = 0; i < count; i++) {
      const value = values.subarray(bytes * i, bytes * (i + 1));
      tags.set(hash.of(value).subarray(0, TAG_BYTES), TAG_BYTES * i);
      if (i % TAGS_OF_A_SLICE === 0) yield;
    }
    return tags;
  }
}

const TAGS_OF_A_SLICE = 256;

/** Rows are numbered from 0 here; whoever reads them from a file names lines. */
function requireDistinct(identifiers: readonly Uint8Array[]): void {
  if (identifiers.length > MOST_IDENTIFIERS) {
    throw new TrefoilError(
      'TREFOIL_DATA',
      `${identifiers.length} identifiers can not be aligned: ${MOST_IDENTIFIERS} are the most`,
    );
  }
  const known = new Map<string, number>();
  identifiers.forEach((identifier, row) => {
    const text = Buffer.from(identifier.buffer, identifier.byteOffset, identifier.length).toString('latin1');
    const before = known.get(text);
    if (before !== undefined) {
      throw new TrefoilError(
        'TREFOIL_DATA',
        `rows ${before} and ${row} have the same identifier: only one of them can be aligned`,
      );
    }
    known.set(text, row);
  });
}

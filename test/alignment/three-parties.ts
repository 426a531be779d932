/** Three parties of an alignment in one process, over links in memory that keep what they carried. */
import { randomBytes } from 'node:crypto';
import type { AlignmentSetting } from '../../src/alignment/setting.ts';
import type { TrefoilError } from '../../src/errors.ts';
import { type MemoryLink, memoryLinks } from '../../src/transport/memory-links.ts';

export const PARTIES = ['north', 'east', 'south'] as const;
export type Party = (typeof PARTIES)[number];

export type Sets = Readonly<Record<Party, readonly string[]>>;

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** One message as its receiver saw it. */
export interface Sent {
  readonly from: string;
  readonly to: string;
  readonly round: number;
  readonly step: number;
  readonly bytes: Uint8Array;
}

export interface Meeting {
  readonly links: ReadonlyMap<string, ReadonlyMap<string, MemoryLink>>;
  readonly sent: readonly Sent[];
}

/** Links that note every message; `change` may put other bytes in its place. */
export function meet(change: (message: Sent) => Uint8Array = ({ bytes }) => bytes): Meeting {
  const links = memoryLinks(PARTIES);
  const sent: Sent[] = [];
  for (const [from, peers] of links) {
    for (const [to, link] of peers) {
      const send = link.send.bind(link);
      link.send = (kind, position, payload) => {
        const message = { from, to, round: position.round, step: position.step, bytes: new Uint8Array(payload) };
        sent.push(message);
        send(kind, position, change(message));
      };
    }
  }
  return { links, sent };
}

/** Runs one function at all three parties. When one fails, its links fail, as those of a mesh do. */
export async function atAll<T>(
  { links }: Meeting,
  sets: Sets,
  run: (setting: AlignmentSetting, identifiers: Uint8Array[]) => Promise<T>,
  session = new Uint8Array(randomBytes(32)),
): Promise<Record<Party, T>> {
  const failures: unknown[] = [];
  const results = await Promise.all(
    PARTIES.map(async (self) => {
      const own = links.get(self) ?? new Map<string, MemoryLink>();
      try {
        return [self, await run({ self, parties: PARTIES, links: own, session }, sets[self].map(bytesOf))] as const;
      } catch (error) {
        failures.push(error);
        for (const link of own.values()) link.abort(error as never);
        return undefined;
      }
    }),
  );
  const cause = failures.find((error) => (error as TrefoilError).code !== 'TREFOIL_ABORTED') ?? failures[0];
  if (cause !== undefined) throw cause;
  return Object.fromEntries(results.flatMap((result) => (result === undefined ? [] : [result]))) as Record<Party, T>;
}

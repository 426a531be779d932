/**
 * How one party tells another which rows they share: by tags that both know, in ascending order.
 * @module
 */
import type { Link } from '../transport/link.ts';
import { fault, receiveAll, receiveSize, sendAll, sendSize } from './messages.ts';
import type { Alignment } from './setting.ts';
import { isAscending, type SortedTags, sharedTags, TAG_BYTES } from './sorted-tags.ts';

export function sendShared(link: Link, { rows, tags }: SortedTags): void {
  sendSize(link, 'found', rows.length);
  sendAll(link, 'shared', tags);
}

/** An ascending list of at most `most` tags. */
export async function receiveShared(link: Link, most: number): Promise<Uint8Array> {
  const found = await receiveSize(link, 'found', most);
  const tags = await receiveAll(link, 'shared', TAG_BYTES * found);
  if (!isAscending(tags)) throw fault(link.peer, 'sent shared rows that are not in their order');
  return tags;
}

/** The own rows of shared tags, all of which this party must have. */
export async function ownRows(
  alignment: Alignment,
  own: SortedTags,
  shared: Uint8Array,
  peer: string,
): Promise<SortedTags> {
  const found = await alignment.worker.through(sharedTags(own, shared));
  if (found.tags.length !== shared.length) throw fault(peer, 'named shared rows that this party does not have');
  return found;
}

/**
 * The rows that each two parties share.
 *
 * Of each two parties the later one in the order of the job serves: it has a key k, and sends hashes of F(y) = H(y)^k of its rows in ascending order. The
 * earlier one evaluates F at its own rows with the later one's help, finds which hashes it has too, and sends these back.
 *
 * Of each other party a party learns which of its own rows that party has, and how many identifiers it has, and nothing else. Two parties that put together
 * what they saw learn no more than what follows from this.
 * @module
 */
import { ELEMENT_BYTES } from './group/field.ts';
import { fault, receiveAll, sendAll } from './messages.ts';
import { blind, exchange, freshKey } from './oblivious-prf.ts';
import type { Alignment } from './setting.ts';
import { ownRows, receiveShared, sendShared } from './shared-rows.ts';
import { isAscending, sharedTags, sortTags, TAG_BYTES } from './sorted-tags.ts';

/** For each other party, the own rows that it has too, in an order that both have in common. */
export async function rowsOfPairs(alignment: Alignment): Promise<Map<string, Uint32Array>> {
  const { worker, setting, sizes } = alignment;
  const { self, parties } = setting;
  const position = parties.indexOf(self);
  const [earlier, later] = [parties.slice(0, position), parties.slice(position + 1)];
  const points = await alignment.points();
  const question = later.length === 0 ? undefined : await blind(worker, points, self);
  const key = freshKey();
  const own = earlier.length === 0 ? undefined : await worker.raise(points, key.exponent, self);
  const tagsOf = (values: Uint8Array, client: string, server: string) =>
    worker.through(alignment.tagsOf(values, ELEMENT_BYTES, alignment.purpose('row of two', client, server)));

  const askFrom = async (server: string): Promise<Uint32Array> => {
    const link = alignment.link(server);
    const values = await exchange(worker, link, question === undefined ? {} : { ask: question });
    const theirs = await receiveAll(link, 'tags', TAG_BYTES * sizes[server]);
    if (!isAscending(theirs)) throw fault(server, 'sent tags that are not in their order');
    const mine = await worker.through(sortTags(await tagsOf(values, self, server)));
    const shared = await worker.through(sharedTags(mine, theirs));
    sendShared(link, shared);
    return shared.rows;
  };
  const serveTo = async (client: string): Promise<Uint32Array> => {
    const link = alignment.link(client);
    await exchange(worker, link, { serve: { points: sizes[client], key } });
    const mine = await worker.through(sortTags(await tagsOf(own ?? new Uint8Array(0), client, self)));
    sendAll(link, 'tags', mine.tags);
    const most = Math.min(sizes[client], sizes[self]);
    const shared = await receiveShared(link, most);
    return (await ownRows(alignment, mine, shared, client)).rows;
  };
  const rows = await Promise.all([...earlier.map(serveTo), ...later.map(askFrom)]);
  return new Map([...earlier, ...later].map((peer, i) => [peer, rows[i]]));
}

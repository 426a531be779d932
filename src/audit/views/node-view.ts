/**
 * All that a node knows of a run that it could learn from: the messages on its links, and the streams that it shares.
 * @module
 */
import type { Streams } from '../../prg/stream.ts';
import type { Transcript } from './transcript.ts';

export interface NodeView {
  readonly node: string;
  readonly transcript: Transcript;
  /** By the node that it shares them with. */
  readonly shared: ReadonlyMap<string, Streams>;
  /** Public randomness of the run: batch order and initial weights. */
  readonly publicStreams: Streams;
}

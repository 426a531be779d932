/**
 * Sums of the entries under public random signs, the same in every chunk: one for each `chunk` entries, `out.rows` times over.
 * @module
 */
import { ALARM_LAYER } from './alarm-words.ts';
import { type LinearMapOp, linearMap } from './linear-map.ts';
import { sizeOf } from './value.ts';

export interface RandomSumsOp extends LinearMapOp<'randomSums'> {
  readonly chunk: number;
}

export const randomSums = linearMap<RandomSumsOp>({
  // All chunks have the same signs.
  publicWords: ({ of, out, chunk }, values) => Math.ceil((values[out].rows * Math.min(chunk, sizeOf(values[of]))) / 64),
  layer: ALARM_LAYER,
  dealerReadsPublicWords: true,
  onWords({ of, out, chunk }, { machine, values }, publicWords) {
    const { kernels, scratch } = machine;
    const tests = values[out].rows;
    const n = sizeOf(values[of]);
    return (to, from) => kernels.randomSums(to, from, publicWords, n, chunk, tests, scratch);
  },
  onReals(_, out, of) {
    // Of values in the clear the entries themselves are watched: any sum of few is no proof.
    let most = 0;
    for (let i = 0; i < of.length; i++) most = Math.max(most, Math.abs(of[i]));
    out.fill(most);
  },
});

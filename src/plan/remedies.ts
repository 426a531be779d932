/**
 * What in a job keeps watched values small. A place that the alarm watches says so where it is declared, and the job leaves out the keys that it does not
 * have.
 * @module
 */
export type JobKey =
  | 'training.learningRate'
  | 'training.l2'
  | 'training.batch'
  | 'training.clipGradient'
  | 'data.clip'
  | 'privacy.epsilon';

export interface Remedy {
  readonly key: JobKey;
  /** With the key in it. */
  readonly action: string;
}

const remedy = (verb: string, key: JobKey, more = ''): Remedy => ({ key, action: `${verb} ${key}${more}` });

export const LOWER_RATE = remedy('lower', 'training.learningRate');
export const RAISE_L2 = remedy('raise', 'training.l2');
export const RAISE_BATCH = remedy('raise', 'training.batch');
export const LOWER_DATA_CLIP = remedy('lower', 'data.clip');
export const RAISE_EPSILON = remedy('raise', 'privacy.epsilon');
export const CLIP_GRADIENT = remedy('use a small', 'training.clipGradient');
/** What keeps a network's weights, and so all that they give, from growing. */
export const KEEP_WEIGHTS: readonly Remedy[] = [LOWER_RATE, RAISE_L2, CLIP_GRADIENT];
export const KEEP_LAYERS: readonly Remedy[] = [...KEEP_WEIGHTS, LOWER_DATA_CLIP];
export const KEEP_LOGITS: readonly Remedy[] = [LOWER_RATE, RAISE_L2, LOWER_DATA_CLIP];
export const clipGradientTo = (limit: number): Remedy => remedy('set', 'training.clipGradient', ` to at most ${limit}`);

/** "do this, do that or do something else", of the keys that the job can turn. */
export function remedyOf(remedies: readonly Remedy[], fixedKeys: readonly JobKey[]): string {
  const actions = remedies.filter(({ key }) => !fixedKeys.includes(key)).map(({ action }) => action);
  return actions.length > 1 ? `${actions.slice(0, -1).join(', ')} or ${actions.at(-1)}` : actions.join('');
}

/** Where a step takes as much of a weight, a larger penalty makes it swing instead of shrink. */
const LARGE_DECAY = 0.5;

/** Keys that can not keep values small: there is no clip without moments, and a penalty can be as large as a rate bears. */
export function fixedKeys(
  { moments, l2 }: { readonly moments: boolean; readonly l2: number },
  rates: readonly number[],
): JobKey[] {
  const largest = rates.reduce((most, rate) => Math.max(most, rate), 0);
  return [
    ...(moments ? [] : (['data.clip'] as const)),
    ...(largest * l2 < LARGE_DECAY ? [] : (['training.l2'] as const)),
  ];
}

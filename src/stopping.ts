/**
 * What ends work from outside: a signal of the caller.
 * @module
 */
import { TrefoilError } from './errors.ts';

/** Why it was aborted, in words that go after "stopped by". */
const reasonOf = ({ reason }: AbortSignal): string =>
  typeof reason === 'string' ? reason : reason instanceof Error ? reason.message : 'its caller';

const stoppedBy = (signal: AbortSignal) => new TrefoilError('TREFOIL_ABORTED', `stopped by ${reasonOf(signal)}`);

/** Throws once `stop` is aborted: for work that nobody else can end. */
export function throwIfStopped(stop: AbortSignal): void {
  if (stop.aborted) throw stoppedBy(stop);
}

/** Rejects once `stop` is aborted, never resolves. */
export function stopped(stop: AbortSignal): Promise<never> {
  const promise = new Promise<never>((_, reject) => {
    const end = () => reject(stoppedBy(stop));
    if (stop.aborted) end();
    stop.addEventListener('abort', end, { once: true });
  });
  // Not everybody who may be stopped is waiting at that moment.
  promise.catch(() => undefined);
  return promise;
}

/** Does the work with a signal of its own, which is aborted with `signal`, with its reason in words. Nothing stays at `signal` afterwards. */
export async function withStop<T>(
  signal: AbortSignal | undefined,
  work: (stop: AbortSignal) => Promise<T>,
): Promise<T> {
  const own = new AbortController();
  const end = () => signal && own.abort(reasonOf(signal));
  if (signal?.aborted) end();
  signal?.addEventListener('abort', end);
  try {
    throwIfStopped(own.signal);
    return await work(own.signal);
  } finally {
    signal?.removeEventListener('abort', end);
  }
}

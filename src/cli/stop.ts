/**
 * What ends a command from outside: a signal.
 * @module
 */
import { TrefoilError } from '../errors.ts';

/** Aborted by the first signal, with its name as the reason. */
export function stopOnSignals(): AbortController {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort(signal));
  return stop;
}

const stoppedBy = ({ reason }: AbortSignal) => new TrefoilError('TREFOIL_ABORTED', `stopped by ${reason}`);

/** Throws once `stop` is aborted: for work that nobody else can end. */
export function throwIfStopped(stop: AbortSignal): void {
  if (stop.aborted) throw stoppedBy(stop);
}

/** Rejects once `stop` is aborted, never resolves. */
export function stopped(stop: AbortSignal): Promise<never> {
  const promise = new Promise<never>((_, reject) => {
    const end = () => reject(stoppedBy(stop));
    if (stop.aborted) end();
    stop.addEventListener('abort', end);
  });
  // Not everybody who may be stopped is waiting at that moment.
  promise.catch(() => undefined);
  return promise;
}

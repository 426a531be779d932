/**
 * What ends a command from outside: a signal of the operating system.
 * @module
 */

/** Aborted by the first signal, with its name as the reason. */
export function stopOnSignals(): AbortController {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort(signal));
  return stop;
}

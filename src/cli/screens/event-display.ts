/**
 * What training tells on its way, on a screen.
 * @module
 */
import type { TrainingEvent } from '../../job/node/training-event.ts';
import type { ProgressDisplay } from './progress.ts';

type Shown = { readonly [Kind in TrainingEvent['kind']]: (event: Extract<TrainingEvent, { kind: Kind }>) => void };

/** Shows events of one run. */
export function eventDisplay(display: ProgressDisplay): (event: TrainingEvent) => void {
  const shown: Shown = {
    loading: ({ done, of }) => display.loading(done, of),
    warning: ({ text }) => console.error(`warning: ${text}`),
    starting: ({ nodes }) =>
      console.error(
        `starting ${nodes.join(', ')}: a process each, gRPC over mutual TLS, identities for this run alone`,
      ),
    listening: ({ node, port }) => display.line(`${node} listens on port ${port}`),
    waiting: ({ text }) => display.line(text),
    connected: ({ node, peers }) => display.line(`${node} is connected with ${peers.join(', ')}`),
    progress: (progress) => display.update(progress),
    'training loss': ({ loss, epoch, resolved }) => display.loss(loss, epoch, resolved),
    trained: () => display.stop(),
    comparing: () => console.error('training in the clear, for comparison'),
  };
  return <Kind extends TrainingEvent['kind']>(event: Extract<TrainingEvent, { kind: Kind }>) => {
    (shown[event.kind as Kind] as (event: TrainingEvent) => void)(event);
  };
}

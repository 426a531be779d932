/** How long an answer to a keepalive is waited for: a few seconds, and of a node that computes for long as much longer. */
import { expect, it } from 'vitest';
import { channelOptions } from '../../src/transport/credentials.ts';

it.each([
  [undefined, 4000],
  [0.0005, 4001],
  [30.18, 34_180],
])('%s s of silence', (silence, milliseconds) => {
  expect(channelOptions(silence)['grpc.keepalive_timeout_ms']).toBe(milliseconds);
  expect(channelOptions(silence)['grpc.keepalive_time_ms']).toBe(2000);
});

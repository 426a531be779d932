import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Inbox } from '../../src/transport/inbox.ts';
import { Queue } from '../../src/transport/queue.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const at = (step: number) => ({ phase: 0, step, round: 0 });

describe('an inbox', () => {
  it('lets go of messages that were taken, though a sender that runs ahead never leaves it empty', async () => {
    const inbox = new Inbox('north', Number.POSITIVE_INFINITY, (fault) => {
      throw fault;
    });
    const sent: WeakRef<Uint8Array>[] = [];
    const deliver = (step: number) => {
      const payload = new Uint8Array(1024);
      sent.push(new WeakRef(payload));
      inbox.deliver('correction', at(step), payload);
    };
    for (let step = 0; step < 4; step++) deliver(step);
    for (let step = 0; step < 500; step++) {
      deliver(step + 4);
      await inbox.receive('correction', at(step), 1024);
    }
    // A turn of the event loop, since what a weak reference was made of lives to the end of its own.
    await new Promise((resolve) => setImmediate(resolve));
    collectGarbage();
    const alive = sent.filter((each) => each.deref() !== undefined).length;
    // Four wait, and one or two are in somebody's hands.
    expect(alive).toBeGreaterThanOrEqual(4);
    expect(alive).toBeLessThanOrEqual(6);
  });
});

describe('a queue', () => {
  it('gives what an array gives', () => {
    const action = fc.oneof(fc.constant('take' as const), fc.nat(), fc.constant('many' as const));
    fc.assert(
      fc.property(fc.array(action, { maxLength: 300 }), (actions) => {
        const queue = new Queue<number>();
        const model: number[] = [];
        const push = (n: number) => {
          queue.push(n);
          model.push(n);
        };
        for (const each of actions) {
          if (each === 'take') expect(queue.take()).toBe(model.shift());
          else if (each === 'many') for (let n = 0; n < 20; n++) push(n);
          else push(each);
          expect(queue.length).toBe(model.length);
        }
        while (model.length > 0) expect(queue.take()).toBe(model.shift());
        expect(queue.take()).toBeUndefined();
      }),
    );
  });
});

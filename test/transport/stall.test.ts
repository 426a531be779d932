import { beforeAll, describe, expect, it } from 'vitest';
import type { Mesh } from '../../src/transport/mesh.ts';
import { connected, createIdentities, failureOf, type Identities, linkBetween, startNodes } from './nodes.ts';

const ORDER = ['north', 'east', 'west'];
const AT = { phase: 1, step: 2, round: 3 };
const STALL_SECONDS = 0.4;
let identities: Identities;

beforeAll(async () => {
  identities = await createIdentities(...ORDER);
});

const start = async () => connected(await startNodes(ORDER, identities, { stallSeconds: STALL_SECONDS }));
const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
const closeAll = (meshes: Record<string, Mesh>) => Promise.all(Object.values(meshes).map((mesh) => mesh.close()));

async function endAll(meshes: Record<string, Mesh>): Promise<void> {
  await Promise.all(Object.values(meshes).map(async (mesh) => mesh.abort(await failureOf(mesh.failed))));
}

describe('a peer that is alive and does not send what is due', () => {
  it('is at fault, with the place, and all others are told', async () => {
    const meshes = await start();
    const begin = performance.now();
    const failure = await failureOf(linkBetween(meshes, 'east', 'west').receive('opening', AT, 8));
    const seconds = (performance.now() - begin) / 1000;
    // Counted from the first tick after the wait began; timers may be late but hardly early.
    expect(seconds).toBeGreaterThan(0.95 * 2 * STALL_SECONDS);
    expect(failure).toMatchObject({
      code: 'TREFOIL_PEER',
      place: { party: 'west', phase: '1', step: 2, round: 4 },
    });
    expect(failure.message).toBe(
      'west is connected but has sent nothing for 0.8 seconds, while its message of phase 1, step 2, round 4 was due; ' +
        'look at what west is doing, raise stallSeconds in the configuration of all nodes if it is only slow, then start all nodes again',
    );
    const others = [await failureOf(meshes.north.failed), await failureOf(meshes.west.failed)];
    for (const other of others) expect(other).toMatchObject({ code: 'TREFOIL_ABORTED', place: { party: 'west' } });
    await endAll(meshes);
  });

  it('is the dealer where an evaluator that waits for it is waited for', async () => {
    const meshes = await start();
    const waits = [
      failureOf(linkBetween(meshes, 'east', 'west').receive('opening', AT, 8)),
      failureOf(linkBetween(meshes, 'west', 'north').receive('correction', AT, 8)),
    ];
    const [east, west] = await Promise.all(waits);
    expect(west).toMatchObject({ code: 'TREFOIL_PEER', place: { party: 'north' } });
    expect(west.message).toMatch(/^north is connected but has sent nothing for 0.4 seconds/);
    expect(east).toMatchObject({ code: 'TREFOIL_ABORTED', place: { party: 'north' } });
    await endAll(meshes);
  });

  it('is given time anew by every frame, also by one that is not due', async () => {
    const meshes = await start();
    const waiting = linkBetween(meshes, 'west', 'north').receive('correction', AT, 8);
    for (let round = 0; round < 6; round++) {
      await pause(STALL_SECONDS / 2);
      linkBetween(meshes, 'north', 'west').send('input', { ...AT, round }, new Uint8Array(8));
    }
    linkBetween(meshes, 'north', 'west').send('correction', AT, new Uint8Array(8));
    expect(await waiting).toHaveLength(8);
    for (let round = 0; round < 6; round++) {
      await linkBetween(meshes, 'west', 'north').receive('input', { ...AT, round }, 8);
    }
    await closeAll(meshes);
  });

  it('is given time anew with every wait, also where this node was busy for long', async () => {
    const meshes = await start();
    const [there, here] = [linkBetween(meshes, 'north', 'west'), linkBetween(meshes, 'west', 'north')];
    for (let step = 0; step < 2; step++) {
      const waiting = here.receive('correction', { ...AT, step }, 8);
      await pause(STALL_SECONDS / 2);
      const busyUntil = performance.now() + 2000 * STALL_SECONDS;
      while (performance.now() < busyUntil);
      there.send('correction', { ...AT, step }, new Uint8Array(8));
      expect(await waiting).toHaveLength(8);
      await pause(2 * STALL_SECONDS);
    }
    await closeAll(meshes);
  });

  it('is not at fault where a wait may last as long as the run', async () => {
    const meshes = await start();
    const waits = [
      linkBetween(meshes, 'north', 'west').receive('credit', AT, 4),
      linkBetween(meshes, 'north', 'east').receive('output', AT, 4),
      linkBetween(meshes, 'east', 'west').receive('ready', AT, 4),
    ];
    await pause(4 * STALL_SECONDS);
    linkBetween(meshes, 'west', 'north').send('credit', AT, new Uint8Array(4));
    linkBetween(meshes, 'east', 'north').send('output', AT, new Uint8Array(4));
    linkBetween(meshes, 'west', 'east').send('ready', AT, new Uint8Array(4));
    for (const wait of waits) expect(await wait).toHaveLength(4);
    await closeAll(meshes);
  });
});

import { describe, expect, it } from 'vitest';
import { TrefoilError } from '../../src/errors.ts';
import { memoryLinks } from '../../src/transport/memory-links.ts';
import { failureOf } from './nodes.ts';

const at = (phase: number, step: number, round: number) => ({ phase, step, round });

function pair() {
  const mesh = memoryLinks(['east', 'west']);
  const east = mesh.get('east')?.get('west');
  const west = mesh.get('west')?.get('east');
  if (east === undefined || west === undefined) throw new Error('no links');
  return { east, west };
}

describe('memoryLinks', () => {
  it('joins every node with every other', () => {
    const mesh = memoryLinks(['north', 'east', 'west']);
    expect([...mesh.keys()]).toEqual(['north', 'east', 'west']);
    expect([...(mesh.get('east')?.keys() ?? [])]).toEqual(['north', 'west']);
  });

  it('delivers copies in order, whoever comes first, and counts bytes', async () => {
    const { east, west } = pair();
    const early = west.receive('opening', at(0, 0, 0), 2);
    const payload = Uint8Array.of(1, 2);
    east.send('opening', at(0, 0, 0), payload);
    payload.fill(9);
    east.send('opening', at(0, 0, 1), Uint8Array.of(3));
    east.send('input', at(0, 0, 0), new Uint8Array(0));
    expect([...(await early)]).toEqual([1, 2]);
    expect([...(await west.receive('opening', at(0, 0, 1), 1))]).toEqual([3]);
    expect(await west.receive('input', at(0, 0, 0), 0)).toHaveLength(0);
    expect(east.sent).toMatchObject({ opening: 3, input: 0 });
    expect(west.received).toMatchObject({ opening: 3, input: 0 });
  });

  it('keeps thousands of messages that were not asked for yet', async () => {
    const { east, west } = pair();
    for (let step = 0; step < 5000; step++) east.send('correction', at(0, step, 0), Uint8Array.of(step));
    for (let step = 0; step < 5000; step++) {
      expect((await west.receive('correction', at(0, step, 0), 1))[0]).toBe(step & 255);
    }
  });

  it.each([
    [
      'position',
      at(1, 2, 4),
      3,
      /^east sent an 'opening' message of phase 1, step 2, round 4 where another one was due/,
    ],
    [
      'length',
      at(1, 2, 3),
      4,
      /^east sent an 'opening' message of 3 bytes where 4 were due \(phase 1, step 2, round 4\)/,
    ],
  ])('refuses a wrong %s and stops both ends', async (_, expected, length, sentence) => {
    const { east, west } = pair();
    east.send('opening', at(1, 2, 3), new Uint8Array(3));
    const fault = await failureOf(west.receive('opening', expected, length));
    expect(fault).toMatchObject({ code: 'TREFOIL_PEER', place: { party: 'east', phase: '1', step: 2 } });
    expect(fault.message).toMatch(sentence);
    expect((await failureOf(east.receive('opening', at(0, 0, 0), 1))).code).toBe('TREFOIL_ABORTED');
    expect(() => west.send('opening', at(0, 0, 0), new Uint8Array(1))).toThrow(fault);
  });

  it('tells both ends of an abort', async () => {
    const { east, west } = pair();
    const waiting = failureOf(west.receive('opening', at(0, 0, 0), 1));
    east.abort(new TrefoilError('TREFOIL_RANGE', 'a value left its interval'));
    expect(await waiting).toMatchObject({ code: 'TREFOIL_ABORTED', place: { party: 'east' } });
    expect((await waiting).message).toMatch(
      /^east stopped the run: a value left the range that the arithmetic is right for; .* \(TREFOIL_RANGE\)$/,
    );
  });
});

/** Frames towards a dealer have one form: nothing can travel beside it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Frame, loadServices } from '../../src/transport/frames.ts';

const { DealerService, DealerParty, Evaluators } = loadServices();
const AT = { phase: 1, step: 300, round: 0, total: 4, offset: 0 };
const BYTES = Buffer.of(0, 1, 2, 3);
const FRAMES: readonly Frame[] = [
  { credit: { ...AT, bytes: BYTES } },
  { ready: { ...AT, phase: 0, bytes: BYTES } },
  { decision: { ...AT, total: 0, bytes: Buffer.alloc(0) } },
  { end: {} },
  { details: { items: { 'data.features': 'x', training: '{}' } } },
  { hello: { from: 'a', to: 'b', agreement: { plan: 'p', 'trust mode': 'dealer' }, nonce: BYTES, publicKey: BYTES } },
  {
    abort: {
      ...{ origin: 'a', code: 'TREFOIL_PEER', party: '', phase: '', step: 0, round: 7, how: 'stalled' },
      ...{ nodes: [], keys: ['data'], seconds: 2.5, broken: [{ column: 'age', rule: 'range' }] },
    },
  },
];

describe.each([DealerService, DealerParty])('a frame of $name', ({ fromDialer: codec }) => {
  it.each(FRAMES)('is taken as it is written: %j', (frame) => {
    expect(codec.decode(codec.encode(frame))).toMatchObject(frame);
  });

  it('is taken as the pieces of a message are written', () => {
    for (const bytes of [BYTES, Buffer.alloc(0)]) {
      const head = codec.encodeHead('credit', { ...AT, bytes });
      const frame = Buffer.concat([head, bytes]);
      expect(frame).toEqual(codec.encode({ credit: { ...AT, bytes } }));
      expect(codec.decode(frame).credit?.bytes.length).toBe(bytes.length);
    }
  });

  it.each<[what: string, bytes: Buffer]>([
    ['an unknown field', Buffer.concat([codec.encode({ end: {} }), Buffer.from([0xfa, 0x01, 0x02, 7, 7])])],
    ['an unknown field within', Buffer.from([0x1a, 0x02, 0x08, 0x05])],
    ['two fields', Buffer.concat([codec.encode(FRAMES[0]), codec.encode(FRAMES[1])])],
    ['a field twice', Buffer.concat([codec.encode(FRAMES[0]), codec.encode(FRAMES[0])])],
    ['a long form of a number', Buffer.from([0x4a, 0x03, 0x08, 0x81, 0x00])],
    ['nothing', Buffer.alloc(0)],
  ])('with %s is refused', (_, bytes) => {
    expect(() => codec.decode(bytes)).toThrow();
    // Between evaluators, who see masked values anyway, it is read.
    Evaluators.fromDialer.decode(bytes);
  });

  it('is one of the forms that are written, whatever bytes came', () => {
    const honest = fc.constantFrom(...FRAMES).map((frame) => codec.encode(frame));
    const changed = fc
      .tuple(honest, fc.nat(40), fc.uint8Array({ maxLength: 5 }))
      .map(([bytes, at, piece]) => Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at + 1)]));
    fc.assert(
      fc.property(changed, (bytes) => {
        let frame: Frame;
        try {
          frame = codec.decode(bytes);
        } catch {
          return;
        }
        expect(codec.encode(frame)).toEqual(bytes);
      }),
    );
  });
});

/** Rooms of a phase share memory where they are needed at different times, and never otherwise. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Places, type Room } from '../../src/plan/write/places.ts';

const rooms = fc.array(
  fc
    .record({ bytes: fc.nat(2000), from: fc.integer({ min: -1, max: 30 }), moments: fc.nat(8) })
    .map(({ bytes, from, moments }): Room => ({ bytes, from, until: from + moments })),
  { maxLength: 60 },
);

const aligned = (bytes: number) => 64 * Math.ceil(bytes / 64);

describe('places', () => {
  it('keeps what is needed at one moment apart, and ends with the last of it', () => {
    fc.assert(
      fc.property(rooms, (all) => {
        const places = new Places(all);
        const ends = all.map((room) => places.at(room) + room.bytes);
        for (const [i, a] of all.entries()) {
          expect(places.at(a) % 64).toBe(0);
          for (const b of all.slice(i + 1)) {
            const together = a.from <= b.until && b.from <= a.until;
            if (!together || a.bytes === 0 || b.bytes === 0) continue;
            expect(places.at(a) + a.bytes <= places.at(b) || places.at(b) + b.bytes <= places.at(a)).toBe(true);
          }
        }
        expect(places.bytes).toBe(aligned(Math.max(0, ...ends)));
        const needed = all.map(({ from }) =>
          all.reduce((sum, room) => sum + (room.from <= from && from <= room.until ? room.bytes : 0), 0),
        );
        expect(places.bytes).toBeGreaterThanOrEqual(Math.max(0, ...needed));
      }),
    );
  });

  it('puts what is needed in turn in one place', () => {
    const all = Array.from({ length: 20 }, (_, i): Room => ({ bytes: 640, from: i, until: i }));
    expect(new Places(all).bytes).toBe(640);
  });

  it('knows nothing of other rooms', () => {
    const places = new Places([]);
    expect(() => places.at({ bytes: 8, from: 0, until: 0 })).toThrow('has room');
    expect(() => places.at(undefined)).toThrow('has room');
  });
});

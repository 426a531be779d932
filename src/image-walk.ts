/**
 * A walk over the entries of an image: along several axes, each of which takes equal steps in height, width and channels. A walk may go over an entry often,
 * and beyond the edges, where there is nothing. Windows of a convolution, an image made larger, and a matrix in another shape are such walks.
 * @module
 */

/** How often an axis steps, and how far. The last axis is the fastest. */
export type Axis = readonly [count: number, y: number, x: number, channel: number];

export interface Walk {
  /** Height, width and channels of the image, whose entries lie row by row and channels last. */
  readonly image: readonly [height: number, width: number, channels: number];
  readonly axes: readonly Axis[];
  /** Where the walk begins. */
  readonly from: readonly [y: number, x: number];
}

export const entriesOf = ({ image: [height, width, channels] }: Walk): number => height * width * channels;

/** How many entries the walk goes over. */
export const lengthOf = ({ axes }: Walk): number => axes.reduce((product, [count]) => product * count, 1);

/** The place of every entry of the walk in the image; −1 beyond its edges. */
export function placesOf({ image: [height, width, channels], axes, from }: Walk): Int32Array {
  let places = [[...from, 0] as readonly number[]];
  for (const [count, dy, dx, dc] of axes) {
    places = places.flatMap(([y, x, c]) =>
      Array.from({ length: count }, (_, i) => [y + i * dy, x + i * dx, c + i * dc]),
    );
  }
  return Int32Array.from(places, ([y, x, c]) => {
    const isInside = y >= 0 && y < height && x >= 0 && x < width && c < channels;
    return isInside ? (y * width + x) * channels + c : -1;
  });
}

/** How often the walk goes over one entry, at the most. */
export function mostVisits(walk: Walk): number {
  const visits = new Uint32Array(entriesOf(walk));
  for (const place of placesOf(walk)) if (place >= 0) visits[place]++;
  return visits.reduce((most, count) => Math.max(most, count), 0);
}

/** Fills `out` with the entries of each record's walk, and 0 beyond the edges. */
export function gatherReals(out: Float64Array, of: Float64Array, places: Int32Array, size: number): void {
  for (let at = 0, record = 0; at < out.length; record += size) {
    for (let i = 0; i < places.length; i++, at++) out[at] = places[i] < 0 ? 0 : of[record + places[i]];
  }
}

/** Fills `out` with the sums of what each record's walk brings to an entry. */
export function scatterReals(out: Float64Array, of: Float64Array, places: Int32Array, size: number): void {
  out.fill(0);
  for (let at = 0, record = 0; at < of.length; record += size) {
    for (let i = 0; i < places.length; i++, at++) if (places[i] >= 0) out[record + places[i]] += of[at];
  }
}
